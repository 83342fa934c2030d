package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the service's own statements run as, and what that role may not. */
class RuntimeRoleTest extends RunningService {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  @Test
  void service_isConnectedAsTheRuntimeRole_alone() {
    assertThat(
            sql(
                "select distinct usename::text from pg_stat_activity where datname = current_database()"
                    + " and application_name = 'user-service'"))
        .containsExactly(DATABASE.runtimeUser());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update user_events set type = type",
        "delete from user_events",
        "truncate user_events",
        "alter table user_events disable trigger all",
        "drop table users",
        "update flyway_schema_history set success = false",
      })
  void runtimeRole_mayNot(String statement) throws SQLException {
    try (var connection =
            DriverManager.getConnection(
                DATABASE.jdbcUrl(),
                DATABASE.runtimeUser(),
                TestPostgres.Database.RUNTIME_PASSWORD);
        var running = connection.createStatement()) {
      assertThatThrownBy(() -> running.execute(statement))
          .isInstanceOfSatisfying(
              SQLException.class,
              refused -> assertThat(refused.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    }
  }
}
