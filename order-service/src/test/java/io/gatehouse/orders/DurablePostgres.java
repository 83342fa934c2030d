package io.gatehouse.orders;

import io.gatehouse.testing.TestPostgres.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.springframework.util.FileSystemUtils;

/**
 * A PostgreSQL of its own that flushes every commit to disk, can be killed without warning, and
 * comes back with the data it had.
 */
final class DurablePostgres implements AutoCloseable {
  private static final Set<String> OF_THE_PROCESS =
      Set.of("postmaster.pid", "postmaster.opts", "epg-lock");

  private final Path data;
  private final int port;
  private final String buffers;
  private EmbeddedPostgres server;

  private DurablePostgres(Path data, int port, String buffers) throws IOException {
    this.data = data;
    this.port = port;
    this.buffers = buffers;
    this.server = start();
  }

  static DurablePostgres started() {
    return started("128MB");
  }

  /**
   * @param buffers its {@code shared_buffers}
   */
  static DurablePostgres started(String buffers) {
    try {
      return new DurablePostgres(
          Files.createTempDirectory("gatehouse-orders"), freePort(), buffers);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** A standby of this one that has caught up and follows it from now on, not waited for. */
  DurablePostgres standby() throws IOException, SQLException {
    var copy = Files.createTempDirectory("gatehouse-orders");
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute("select pg_backup_start('standby', true)");
      copyTo(copy);
      try (var rows = statement.executeQuery("select labelfile from pg_backup_stop()")) {
        rows.next();
        Files.writeString(copy.resolve("backup_label"), rows.getString(1));
      }
    }
    Files.createFile(copy.resolve("standby.signal"));
    Files.writeString(
        copy.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=127.0.0.1 port=%d user=postgres application_name=standby'%n"
            .formatted(port));
    var standby = new DurablePostgres(copy, freePort(), buffers);
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> text("select state from pg_stat_replication").equals("streaming"));
    return standby;
  }

  /** Commits wait from now on until the standby has them on disk. */
  void waitForStandby() throws SQLException {
    execute("alter system set synchronous_standby_names = 'standby'");
    execute("select pg_reload_conf()");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> text("select sync_state from pg_stat_replication").equals("sync"));
  }

  /** A standby hears of what happens, and shows none of it, or does so again. */
  void showNews(boolean shown) throws SQLException {
    execute(shown ? "select pg_wal_replay_resume()" : "select pg_wal_replay_pause()");
  }

  /** A standby becomes a primary. */
  void promote() throws SQLException {
    execute("select pg_promote(true, 60)");
  }

  /** Without its log, which the standby fetches, and what belongs to the process. */
  private void copyTo(Path copy) throws IOException {
    try (var files = Files.walk(data)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var path = data.relativize(file);
        if (path.startsWith("pg_wal") || OF_THE_PROCESS.contains(path.toString())) {
          continue;
        }
        try {
          Files.copy(
              file,
              copy.resolve(path),
              StandardCopyOption.COPY_ATTRIBUTES,
              StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException | DirectoryNotEmptyException gone) {
          // A temporary one; or the folder itself, which is there.
        }
      }
    }
    Files.createDirectory(copy.resolve("pg_wal"));
  }

  String text(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private void execute(String sql) throws SQLException {
    try (var connection = connect();
        var statement = connection.createStatement()) {
      statement.execute(sql);
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
        .setServerConfig("shared_buffers", buffers)
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
