package io.gatehouse.orders;

import io.gatehouse.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** An order-service in a process of its own, which can be killed. */
final class ServiceProcess implements AutoCloseable {
  private final Process process;
  private final int port;
  private final int management;

  private ServiceProcess(Process process, int port, int management) {
    this.process = process;
    this.port = port;
    this.management = management;
  }

  /** Starts one and returns when it is ready. */
  static ServiceProcess start(
      TestPostgres.Database database, Neighbours neighbours, String... jvmOptions) {
    return start(database, neighbours, Map.of(), jvmOptions);
  }

  /** Starts one with settings besides the usual ones and returns when it is ready. */
  static ServiceProcess start(
      TestPostgres.Database database,
      Neighbours neighbours,
      Map<String, String> more,
      String... jvmOptions) {
    var log = log();
    var service = launch(database, neighbours, more, log, jvmOptions);
    service.awaitReady(log);
    return service;
  }

  /** Starts one that is to end by itself; gives its exit code. */
  static int run(
      TestPostgres.Database database, Neighbours neighbours, Map<String, String> settings) {
    var service = launch(database, neighbours, settings, log());
    Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> !service.process.isAlive());
    return service.process.exitValue();
  }

  private static ServiceProcess launch(
      TestPostgres.Database database,
      Neighbours neighbours,
      Map<String, String> more,
      Path log,
      String... jvmOptions) {
    try {
      var port = freePort();
      var management = freePort();
      var settings = new HashMap<>(TestEnvironment.of(database));
      settings.putAll(neighbours.environment());
      settings.put("server.port", String.valueOf(port));
      settings.put("management.server.port", String.valueOf(management));
      settings.putAll(more);
      var process =
          new ProcessBuilder(command(settings, jvmOptions))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      return new ServiceProcess(process, port, management);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path log() {
    try {
      var log = Files.createTempFile("order-service", ".log");
      log.toFile().deleteOnExit();
      return log;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** The JVM, with the switches of images. */
  static List<String> jvm() {
    return List.of(
        ProcessHandle.current().info().command().orElse("java"),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "-XX:+UseCompactObjectHeaders",
        "-Dio.netty.noUnsafe=false",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }

  private static List<String> command(Map<String, String> settings, String... jvmOptions) {
    var command = new ArrayList<>(jvm());
    Collections.addAll(command, jvmOptions);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("io.gatehouse.orders.OrderServiceApplication");
    settings.forEach((name, value) -> command.add("--" + name + "=" + value));
    return command;
  }

  private void awaitReady(Path log) {
    Awaitility.await()
        .alias("order-service is ready; its log is " + log)
        .atMost(Duration.ofMinutes(3))
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(this::isReady);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  int port() {
    return port;
  }

  /** What its readiness probe sees. */
  boolean isReady() {
    var probe =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + management + "/actuator/health/readiness"))
            .timeout(Duration.ofSeconds(20))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(probe, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** The sum of a metric over all that have this label, such as {@code from="y"}. */
  double metric(String name, String label) {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + management + "/actuator/prometheus"))
            .timeout(Duration.ofSeconds(20))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith(name + "{") && line.contains(label))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  Api api(String token) {
    return new Api(URI.create("http://localhost:" + port), token);
  }

  /** Has the view rebuilt and gives the report. */
  String rebuild() {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + management + "/actuator/orderview"))
            .POST(HttpRequest.BodyPublishers.noBody())
            .timeout(Duration.ofMinutes(5))
            .build();
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request, BodyHandlers.ofString()).body();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(interrupted);
    }
  }

  /** CPU time this process has used so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** What of its memory is in the machine's, as Linux counts it. */
  long residentBytes() throws IOException {
    try (var lines = Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
          .findFirst()
          .orElseThrow();
    }
  }

  /** SIGKILL: nothing is finished, nothing is said. */
  void kill() {
    process.destroyForcibly();
    close();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
