package io.gatehouse.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kafka.Kafka;
import kafka.tools.StorageTool;

/**
 * Broker and controller in one process (KRaft). Whoever reaches its port may do everything: it
 * belongs on a loopback address.
 */
public final class SingleBroker {
  /** Of the only cluster that this folder will ever be in. */
  private static final String CLUSTER = "Z2F0ZWhvdXNlLWthZmthLQ";

  private SingleBroker() {}

  /**
   * Runs until it is told to stop; the folder is made the first time.
   *
   * @param arguments the folder, the broker's port, the controller's port
   * @throws IOException when the folder cannot be written
   */
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    var settings = folder.resolve("server.properties");
    Files.writeString(
        settings, settings(folder, Integer.parseInt(arguments[1]), Integer.parseInt(arguments[2])));
    format(settings);
    Kafka.main(new String[] {settings.toString()});
  }

  private static void format(Path settings) {
    var said = new ByteArrayOutputStream();
    var status =
        StorageTool.execute(
            new String[] {"format", "--ignore-formatted", "-t", CLUSTER, "-c", settings.toString()},
            new PrintStream(said, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IllegalStateException(
          "cannot make the broker's folder: " + said.toString(StandardCharsets.UTF_8).strip());
    }
  }

  private static String settings(Path folder, int port, int controllerPort) {
    return """
    process.roles=broker,controller
    node.id=1
    controller.listener.names=CONTROLLER
    controller.quorum.voters=1@127.0.0.1:%2$d
    listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
    advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
    log.dirs=%3$s
    auto.create.topics.enable=false
    offsets.topic.replication.factor=1
    offsets.topic.num.partitions=4
    transaction.state.log.replication.factor=1
    transaction.state.log.min.isr=1
    group.initial.rebalance.delay.ms=0
    """
        .formatted(port, controllerPort, folder.resolve("data"));
  }
}
