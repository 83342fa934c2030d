package io.gatehouse.checks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of this test's own, with its data directory in reach. */
record Database(EmbeddedPostgres server, Path data) implements AutoCloseable {

  /** Starts a server on this directory: a new cluster, or the one that lies there. */
  static Database start(Path data) throws IOException {
    var server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setServerConfig("archive_mode", "on")
            .start();
    return new Database(server, data);
  }

  Connection connect(String name) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://localhost:%d/%s".formatted(server.getPort(), name),
        "postgres",
        "postgres");
  }

  void execute(String name, String sql) throws SQLException {
    try (var connection = connect(name);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The first column of every row, as text. */
  List<String> column(String name, String sql) throws SQLException {
    try (var connection = connect(name);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      return texts(rows);
    }
  }

  private static List<String> texts(ResultSet rows) throws SQLException {
    var texts = new ArrayList<String>();
    while (rows.next()) {
      texts.add(rows.getString(1));
    }
    return texts;
  }

  /** A copy of the directory while the server writes to it; only its log and its lock stay out. */
  void copyTo(Path copy) throws IOException {
    try (var files = Files.walk(data)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var relative = data.relativize(file);
        var target = copy.resolve(relative);
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!relative.startsWith("pg_wal")
            && !relative.toString().matches("postmaster\\..*|epg-lock")) {
          copyUnlessGone(file, target);
        }
      }
    }
  }

  private static void copyUnlessGone(Path file, Path target) throws IOException {
    try {
      Files.copy(file, target);
    } catch (NoSuchFileException _) {
      // Files come and go under load; the log brings back what matters.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
