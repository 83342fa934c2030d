package io.gatehouse.local.platform;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A real Kafka broker, for the connector; only with {@code up --with kafka}. */
final class Kafka {
  static final String NAME = "kafka";

  private final Home home;

  Kafka(Home home) {
    this.home = home;
  }

  /** Starts it; the first time also makes its folder. */
  Running start(int port, int controllerPort) {
    var built = home.root().resolve("deploy/kafka/target");
    if (!Files.isDirectory(built.resolve("lib"))) {
      throw new Failure("Kafka is not built: run ./mvnw -pl deploy/kafka -am package -DskipTests.");
    }
    var command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "-Xmx256m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            built.resolve("classes") + ":" + built.resolve("lib") + "/*",
            "io.gatehouse.kafka.SingleBroker",
            home.data().resolve(NAME).toString(),
            String.valueOf(port),
            String.valueOf(controllerPort));
    var process = OsProcess.launch(command, Map.of(), home.log(NAME));
    var running = new Running(NAME, NAME, process, port, 0, "");
    running.save(home);
    return running;
  }

  /** It listens once it knows its own data again. */
  static boolean isReady(Running running) {
    return Ports.answers(running.port());
  }

  static void stop(OsProcess process) {
    process.stop("TERM", Duration.ofSeconds(30));
  }
}
