package io.gatehouse.connector;

import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.flywaydb.core.Flyway;

/**
 * PostgreSQL with the databases of user-service and order-service as they make them, each owned by
 * its service's role, and the connector's role.
 */
final class Source implements AutoCloseable {
  static final String PASSWORD = "secret";

  private final Path folder;
  private EmbeddedPostgres server;

  private Source(Path folder) {
    this.folder = folder;
  }

  /** Starts one that keeps everything in an empty folder. */
  static Source start(Path folder) throws IOException, SQLException {
    var source = new Source(Files.createDirectories(folder));
    source.server = source.server(0);
    source.execute(
        "postgres", "create role connector login replication password '%s'".formatted(PASSWORD));
    for (var service : List.of("user", "order")) {
      var name = service + "s";
      source.execute("postgres", "create role %s login password '%s'".formatted(name, PASSWORD));
      source.execute("postgres", "create database %1$s owner %1$s".formatted(name));
      Flyway.configure()
          .dataSource(source.url(name), name, PASSWORD)
          .locations("filesystem:../" + service + "-service/src/main/resources/db/migration")
          .load()
          .migrate();
    }
    return source;
  }

  private EmbeddedPostgres server(int port) throws IOException {
    var builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setCleanDataDirectory(false)
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("wal_level", "logical")
            .setServerConfig("max_slot_wal_keep_size", "64MB")
            .setServerConfig("min_wal_size", "32MB")
            .setServerConfig("max_wal_size", "32MB");
    if (port > 0) {
      builder.setPort(port);
    }
    return builder.start();
  }

  /** Kills it as a loss of power would, and starts it on the folder it had. */
  void crash() throws IOException, InterruptedException {
    var port = server.getPort();
    var postmaster =
        Long.parseLong(Files.readAllLines(folder.resolve("data/postmaster.pid")).getFirst());
    var process = ProcessHandle.of(postmaster).orElseThrow();
    process.destroyForcibly();
    process.onExit().join();
    server.close();
    // Its children live for a moment longer and keep a new one out.
    server =
        await()
            .atMost(Duration.ofMinutes(1))
            .ignoreExceptions()
            .until(() -> server(port), Objects::nonNull);
  }

  int port() {
    return server.getPort();
  }

  String url(String database) {
    return "jdbc:postgresql://localhost:%d/%s".formatted(port(), database);
  }

  /** As the connector connects. */
  SourceDatabase open(EventTable table) throws SQLException {
    return SourceDatabase.connect(
        table,
        new DatabaseProperties(
            "localhost", port(), "connector", PASSWORD, null, "users", "orders"));
  }

  /** As the server's superuser. */
  Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "postgres", "postgres");
  }

  void execute(String database, String sql) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  List<String> query(String database, String sql) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    }
  }

  /** Appends the next event to an order, as order-service does. */
  void appendToOrder(String order, int version, String type, int schema, String data)
      throws SQLException {
    try (var connection = connect("orders")) {
      appendToOrder(connection, order, version, type, schema, data);
    }
  }

  static void appendToOrder(
      Connection connection, String order, int version, String type, int schema, String data)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select outcome from append_events('ada', null, null, null, array[?::uuid], array[?],
              array['ada'], array['PLACED'], array['{}'], array[1], array[?], array[?], array[?],
              'subject-of-ada', 'client-of-ada', 'USER', 'request-of-ada', 'causation')
            """)) {
      statement.setString(1, order);
      statement.setInt(2, version - 1);
      statement.setString(3, type);
      statement.setInt(4, schema);
      statement.setString(5, data);
      try (var rows = statement.executeQuery()) {
        rows.next();
        if (!"APPENDED".equals(rows.getString(1))) {
          throw new SQLException("not appended: " + rows.getString(1));
        }
      }
    }
  }

  /** Twelve events of a megabyte each, the first of their order. */
  void appendTwelveMegabytes(String order) throws SQLException {
    var data = "{\"note\":\"%s\"}".formatted("x".repeat(1_000_000));
    for (var version = 1; version <= 12; version++) {
      appendToOrder(order, version, "ItemsChanged", 1, data);
    }
  }

  /** Writes an event of a user, as user-service does while it holds the user's row. */
  void changeUser(String user, long version) throws SQLException {
    execute(
        "users",
        "insert into user_events (type, user_id, version, request_id) values ('UserChanged', '%s', %d, 'request')"
            .formatted(user, version));
  }

  /** "version position" of every event in the table, by key, in their order. */
  Map<String, List<String>> stored(EventTable table) throws SQLException {
    var sql =
        switch (table) {
          case USERS ->
              "select user_id, version || ' ' || transaction_id || '.' || position from user_events order by version, position";
          case ORDERS ->
              "select order_id, version || ' ' || xid || '.' || position from events order by version, position";
        };
    try (var connection = connect(table == EventTable.USERS ? "users" : "orders");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var stored = new HashMap<String, List<String>>();
      while (rows.next()) {
        stored.computeIfAbsent(rows.getString(1), _ -> new ArrayList<>()).add(rows.getString(2));
      }
      return stored;
    }
  }

  /** Writes as much log as makes the server forget what a slot without a reader would need. */
  void forgetLog() throws SQLException {
    for (var segment = 0; segment < 8; segment++) {
      execute(
          "postgres",
          "select pg_logical_emit_message(false, 'filler', repeat('x', 1000000)) from generate_series(1, 16)");
      execute("postgres", "select pg_switch_wal()");
    }
    execute("postgres", "checkpoint");
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
