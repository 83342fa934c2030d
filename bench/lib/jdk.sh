# To be sourced: JAVA_HOME is a JDK 25 from here on, the one that is there, that of the path, or one that is installed.
java_home() {
  local javac home
  javac=$(command -v javac || true)
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "${javac:-/}")")")" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* /opt/*; do
    if [ -x "$home/bin/javac" ] && "$home/bin/java" -version 2>&1 | grep -q '"25'; then echo "$home"; return; fi
  done
  echo "no JDK 25 found; set JAVA_HOME" >&2; return 1
}
JAVA_HOME=$(java_home)
export JAVA_HOME
