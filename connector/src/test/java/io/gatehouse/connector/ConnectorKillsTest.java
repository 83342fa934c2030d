package io.gatehouse.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever is killed under load, the topics become what the tables are. */
@Tag("drill")
class ConnectorKillsTest {
  private static final Logger log = LoggerFactory.getLogger(ConnectorKillsTest.class);
  private static final int ROUNDS = 10;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @TempDir private Path folder;
  private Source source;
  private Broker broker;
  private Process connector;

  @Test
  void topics_becomeTheTables_whateverIsKilledUnderLoad() throws Exception {
    var seed = System.nanoTime();
    var random = new Random(seed);
    source = Source.start(folder.resolve("postgres"));
    broker = Broker.start(folder.resolve("kafka"));
    connector = startConnector();
    try {
      for (var round = 0; round < ROUNDS; round++) {
        try (var load = new EventLoad(source)) {
          awaitMore(load, 500);
          // Each dies at least three times, at another moment of its work.
          awaitMore(load, random.nextInt(500));
          kill(round % 3);
          awaitMore(load, 500);
        }
        for (var table : EventTable.values()) {
          var stored = source.stored(table);
          await()
              .atMost(PATIENCE)
              .untilAsserted(
                  () ->
                      assertThat(new Topic(broker.bootstrap(), table.topic()).withoutRepeats())
                          .describedAs("round of seed " + seed)
                          .isEqualTo(stored));
        }
        report(round);
      }
    } finally {
      connector.destroyForcibly().waitFor();
      broker.close();
      source.close();
    }
  }

  private void kill(int which) throws IOException, InterruptedException {
    switch (which) {
      case 0 -> {
        connector.destroyForcibly().waitFor();
        connector = startConnector();
      }
      case 1 -> {
        broker.kill();
        broker.restart();
      }
      default -> source.crash();
    }
  }

  private void report(int round) throws Exception {
    var stored = 0;
    var sent = 0;
    for (var table : EventTable.values()) {
      stored += source.stored(table).values().stream().mapToInt(List::size).sum();
      sent += new Topic(broker.bootstrap(), table.topic()).read().size();
    }
    log.info(
        "round {}: {} events stored, {} sent, {} of them again",
        round + 1,
        stored,
        sent,
        sent - stored);
  }

  private static void awaitMore(EventLoad load, int events) {
    var before = load.acknowledged();
    await().atMost(PATIENCE).until(() -> load.acknowledged() >= before + events);
  }

  private Process startConnector() throws IOException {
    var builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                ConnectorApplication.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(folder.resolve("connector.log").toFile()));
    builder.environment().put("MANAGEMENT_SERVER_PORT", "0");
    builder.environment().put("GATEHOUSE_DB_PORT", String.valueOf(source.port()));
    builder.environment().put("GATEHOUSE_DB_PASSWORD", Source.PASSWORD);
    builder.environment().put("GATEHOUSE_KAFKA_BOOTSTRAP", broker.bootstrap());
    return builder.start();
  }
}
