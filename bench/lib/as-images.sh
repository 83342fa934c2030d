# To be sourced: ./gatehouse up lets the compilers begin late, so that a laptop starts sooner (docs/startup.md); images
# do not. What is measured under load is what images do, hence the JVM's own counts. The JVM reads this variable last.
export _JAVA_OPTIONS="-XX:Tier3InvocationThreshold=200 -XX:Tier3MinInvocationThreshold=100 -XX:Tier3CompileThreshold=2000 \
-XX:Tier4InvocationThreshold=5000 -XX:Tier4MinInvocationThreshold=600 -XX:Tier4CompileThreshold=15000 -XX:Tier4BackEdgeThreshold=40000"
