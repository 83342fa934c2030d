package io.gatehouse.orders;

import io.gatehouse.testing.TestPostgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of its own that flushes every commit to disk, can be killed without warning, and
 * comes back with the data it had.
 */
final class DurablePostgres implements AutoCloseable {
  private final Path data;
  private final int port;
  private EmbeddedPostgres server;

  private DurablePostgres(Path data, int port) throws IOException {
    this.data = data;
    this.port = port;
    this.server = start();
  }

  static DurablePostgres started() {
    try (var socket = new ServerSocket(0)) {
      var port = socket.getLocalPort();
      socket.close();
      return new DurablePostgres(Files.createTempDirectory("gatehouse-orders"), port);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private EmbeddedPostgres start() throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setPort(port)
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setServerConfig("full_page_writes", "on")
        .setServerConfig("max_connections", "200")
        .setServerConfig("max_wal_size", "4GB")
        .setPGStartupWait(Duration.ofSeconds(30))
        .start();
  }

  Database database() {
    return new Database("localhost", port, "postgres", "postgres", "postgres");
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(database().jdbcUrl(), "postgres", "postgres");
  }

  /** SIGKILL to the server, as a crash would end it. */
  void kill() {
    try {
      var pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
      var process = ProcessHandle.of(pid).orElseThrow();
      var children = process.children().toList();
      process.destroyForcibly();
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> !process.isAlive() && children.stream().noneMatch(ProcessHandle::isAlive));
      Files.deleteIfExists(data.resolve("postmaster.pid"));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** CPU time so far of the server and of each open connection, by process id. */
  Map<Long, Duration> cpu() {
    try {
      var pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst());
      var server = ProcessHandle.of(pid).orElseThrow();
      return Stream.concat(Stream.of(server), server.children())
          .collect(
              Collectors.toMap(
                  ProcessHandle::pid,
                  process -> process.info().totalCpuDuration().orElse(Duration.ZERO)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  void restart() {
    try {
      // There is nothing left to stop, but the folder's lock is still held.
      server.close();
      server = start();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      FileSystemUtils.deleteRecursively(data);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
