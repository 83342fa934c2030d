package io.gatehouse.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.defaults.platform.Migrations;
import io.gatehouse.testing.TestCertificates;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestPostgres.Secured;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.env.StandardEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** PostgreSQL over TLS: the pool of the service and the connection of its migrations. */
class EncryptedDatabaseTest {
  private static final String ENCRYPTED =
      "select ssl::text as ssl from pg_stat_ssl where pid = pg_backend_pid()";
  private static final TestCertificates AUTHORITY = new TestCertificates();
  private static final TestCertificates.Folder OURS = AUTHORITY.issue("localhost");
  private static final Secured SERVER = TestPostgres.securedBy(OURS);

  @AfterAll
  static void stop() throws IOException {
    SERVER.close();
  }

  @Test
  void connection_isEncrypted_whenTheAuthorityIsGiven() throws SQLException {
    var properties = properties(SERVER, OURS.ca());

    assertThat(pooledConnection(properties)).isEqualTo("true");
    assertThat(migrationsConnection(properties)).isEqualTo("true");
  }

  @Test
  void server_isRefused_whenAnotherAuthorityCertifiedIt() {
    var properties = properties(SERVER, new TestCertificates().issue("localhost").ca());

    assertThatThrownBy(() -> pooledConnection(properties)).hasStackTraceContaining("PKIX");
    assertThatThrownBy(() -> migrationsConnection(properties)).hasStackTraceContaining("PKIX");
  }

  @Test
  void server_isRefused_whenItsCertificateIsForAnotherName() throws IOException {
    var other = AUTHORITY.issue("elsewhere.example");
    try (var impostor = TestPostgres.securedBy(other)) {
      var properties = properties(impostor, other.ca());

      assertThatThrownBy(() -> pooledConnection(properties)).hasStackTraceContaining("localhost");
      assertThatThrownBy(() -> migrationsConnection(properties))
          .hasStackTraceContaining("localhost");
    }
  }

  private static DatabaseProperties properties(Secured server, Path ca) {
    var database = server.database();
    return new DatabaseProperties(
        database.host(),
        database.port(),
        database.name(),
        database.user(),
        database.password(),
        null,
        null,
        Migrations.When.START,
        ca,
        1,
        1,
        Duration.ofSeconds(5),
        Duration.ofSeconds(2),
        Map.of());
  }

  private static String pooledConnection(DatabaseProperties properties) {
    var pool =
        new StoreAutoConfiguration(new StandardEnvironment())
            .connectionPool(properties, properties.owner(), new IdleConnections(), "test");
    try {
      return Flux.usingWhen(
              pool.create(),
              connection ->
                  Mono.from(connection.createStatement(ENCRYPTED).execute())
                      .flatMapMany(result -> result.map(row -> row.get("ssl", String.class))),
              connection -> connection.close())
          .next()
          .block(Duration.ofSeconds(60));
    } finally {
      pool.dispose();
    }
  }

  private static String migrationsConnection(DatabaseProperties properties) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                properties.jdbcUrl(), properties.user(), properties.password());
        var statement = connection.createStatement();
        var rows = statement.executeQuery(ENCRYPTED)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
