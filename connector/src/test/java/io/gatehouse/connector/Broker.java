package io.gatehouse.connector;

import static org.awaitility.Awaitility.await;

import io.gatehouse.kafka.SingleBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/** A real Kafka broker in a process of its own, so that it can be killed and started again. */
final class Broker implements AutoCloseable {
  private final Path folder;
  private final int port = freePort();
  private final int controllerPort = freePort();
  private Process process;

  private Broker(Path folder) {
    this.folder = folder;
  }

  /** Starts one that keeps everything in an empty folder. */
  static Broker start(Path folder) throws IOException {
    var broker = new Broker(Files.createDirectories(folder));
    broker.restart();
    return broker;
  }

  String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** As a loss of power would. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** It neither answers nor refuses any more. */
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var exit = new ProcessBuilder("kill", name, String.valueOf(process.pid())).start().waitFor();
    if (exit != 0) {
      throw new IOException("kill " + name + " ended with " + exit);
    }
  }

  /** Starts it on the folder it had, and waits until it answers. */
  void restart() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                SingleBroker.class.getName(),
                folder.toString(),
                String.valueOf(port),
                String.valueOf(controllerPort))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
            .start();
    await().atMost(Duration.ofMinutes(2)).until(this::listens);
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap()))) {
      await()
          .atMost(Duration.ofMinutes(2))
          .ignoreExceptions()
          .until(() -> admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size() == 1);
    }
  }

  private boolean listens() {
    try (var _ = new Socket("127.0.0.1", port)) {
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
