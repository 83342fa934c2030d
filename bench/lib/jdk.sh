# To be sourced: JAVA_HOME is a JDK 25 from here on, the one that is there or one that the system has installed.
java_home() {
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -x "$home/bin/java" ] && "$home/bin/java" -version 2>&1 | grep -q '"25'; then echo "$home"; return; fi
  done
  echo "no JDK 25 found; set JAVA_HOME" >&2; return 1
}
JAVA_HOME=$(java_home)
export JAVA_HOME
