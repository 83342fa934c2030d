package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestTokens;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Migrations by a job that goes before, and instances that cannot make any. */
class MigrationJobTest {
  private static final TestPostgres.Database DATABASE = TestPostgres.newDatabase();

  @Test
  void instances_serve_withoutTheOwnersPassword_afterTheJob() throws SQLException {
    var tokens = new TestTokens();
    try (var neighbours = new Neighbours(tokens)) {
      assertThat(ServiceProcess.run(DATABASE, neighbours, Map.of("gatehouse.db.migrate", "only")))
          .isZero();
      assertThat(sessions()).as("nobody stays").isZero();

      var alone =
          Map.of(
              "gatehouse.db.migrate",
              "never",
              "GATEHOUSE_DB_USER",
              DATABASE.runtimeUser(),
              "GATEHOUSE_DB_PASSWORD",
              TestPostgres.Database.RUNTIME_PASSWORD,
              "GATEHOUSE_DB_RUNTIME_PASSWORD",
              "");
      try (var service = ServiceProcess.start(DATABASE, neighbours, alone)) {
        var api = service.api(tokens.user(UUID.randomUUID().toString()));
        api.get("/api/orders/" + api.place()).expect(200);
      }
    }
  }

  private static int sessions() throws SQLException {
    try (var connection =
            DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "select count(*) from pg_stat_activity where application_name = 'order-service'"
                    + " and datname = current_database()")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
