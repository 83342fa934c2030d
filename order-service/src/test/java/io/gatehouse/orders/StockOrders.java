package io.gatehouse.orders;

import io.gatehouse.testing.TestPostgres.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The service of bench/stock-orders in a process of its own, on the same PostgreSQL. */
final class StockOrders implements AutoCloseable {
  private final Process process;
  private final int port;

  private StockOrders(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts one and returns when it serves.
   *
   * @param jvmOptions those that order-service gets, so that a ratio is the code's
   */
  static StockOrders start(
      Path jar, Database database, Neighbours neighbours, List<String> jvmOptions) {
    try (var free = new ServerSocket(0)) {
      var port = free.getLocalPort();
      free.close();
      var log = Files.createDirectories(Path.of("target")).resolve("stock-orders.log");
      var command = new ArrayList<>(jvmOptions);
      command.addAll(List.of("-jar", jar.toString()));
      var builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      var environment = builder.environment();
      environment.put("BENCH_PORT", String.valueOf(port));
      environment.put("BENCH_DB", database.jdbcUrl());
      environment.put("BENCH_DB_USER", database.user());
      environment.put("BENCH_DB_PASSWORD", database.password());
      environment.put("BENCH_KEYS", neighbours.keys());
      var peer = new StockOrders(builder.start(), port);
      Awaitility.await()
          .alias("stock-orders serves; its log is " + log.toAbsolutePath())
          .atMost(Duration.ofMinutes(2))
          .failFast("stock-orders has ended", () -> !peer.process.isAlive())
          .ignoreExceptions()
          .until(peer::isListening);
      return peer;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private boolean isListening() throws IOException {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
      return true;
    }
  }

  int port() {
    return port;
  }

  /** CPU time this process has used so far. */
  Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
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
