package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.TestCertificates;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestPostgres.Secured;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.simple.JdbcClient;

/** PostgreSQL over TLS, as application.yml wires it. */
class EncryptedDatabaseTest {
  private static final TestCertificates AUTHORITY = new TestCertificates();
  private static final TestCertificates.Folder OURS = AUTHORITY.issue("localhost");
  private static final Secured SERVER = TestPostgres.securedBy(OURS);

  @AfterAll
  static void stop() throws IOException {
    SERVER.close();
  }

  @Test
  void connection_isEncrypted_whenTheAuthorityIsGiven() {
    assertThat(connection(SERVER, OURS.ca())).isTrue();
  }

  @Test
  void server_isRefused_whenAnotherAuthorityCertifiedIt() {
    var stranger = new TestCertificates().issue("localhost").ca();

    assertThatThrownBy(() -> connection(SERVER, stranger)).hasStackTraceContaining("PKIX");
  }

  @Test
  void server_isRefused_whenItsCertificateIsForAnotherName() throws IOException {
    var other = AUTHORITY.issue("elsewhere.example");
    try (var impostor = TestPostgres.securedBy(other)) {
      assertThatThrownBy(() -> connection(impostor, other.ca()))
          .hasStackTraceContaining("localhost");
    }
  }

  private static boolean connection(Secured server, Path ca) {
    var database = server.database();
    var encrypted = new AtomicReference<Boolean>();
    new ApplicationContextRunner()
        .withInitializer(new ConfigDataApplicationContextInitializer())
        .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class))
        .withPropertyValues(
            "GATEHOUSE_DB_HOST=" + database.host(),
            "GATEHOUSE_DB_PORT=" + database.port(),
            "GATEHOUSE_DB_NAME=" + database.name(),
            "GATEHOUSE_DB_USER=" + database.user(),
            "GATEHOUSE_DB_PASSWORD=" + database.password(),
            "gatehouse.db.ca=" + ca,
            // Refused is refused: no second try.
            "spring.datasource.hikari.initialization-fail-timeout=1")
        .run(
            context ->
                encrypted.set(
                    JdbcClient.create(context.getBean(DataSource.class))
                        .sql("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
                        .query(Boolean.class)
                        .single()));
    return encrypted.get();
  }
}
