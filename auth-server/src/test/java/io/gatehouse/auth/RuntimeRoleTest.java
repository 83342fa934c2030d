package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.TestPostgres;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What the service's own statements run as. */
class RuntimeRoleTest {
  private final TestPostgres.Database database = TestPostgres.newDatabase();

  @Test
  void statements_runAsTheRuntimeRole_whichOwnsNothing() {
    try (var server = Instance.start(database)) {
      assertThat(user(server.jdbc())).isEqualTo(database.runtimeUser());
      assertThatThrownBy(() -> server.jdbc().sql("drop table token_family").update())
          .hasStackTraceContaining("must be owner");
      assertThatThrownBy(() -> server.jdbc().sql("truncate revocation").update())
          .hasStackTraceContaining("permission denied");
    }
  }

  /** As before there were two roles, and as where the second is not made yet. */
  @Test
  void statements_runAsTheOwner_whereThereIsNoOtherRole() {
    try (var server = Instance.start(database, "GATEHOUSE_DB_RUNTIME_PASSWORD", "")) {
      assertThat(user(server.jdbc())).isEqualTo(database.user());
    }
    try (var server = Instance.start(database, "GATEHOUSE_DB_RUNTIME_USER", "not_made_yet")) {
      assertThat(user(server.jdbc())).isEqualTo(database.user());
    }
  }

  private static String user(JdbcClient jdbc) {
    return jdbc.sql("select current_user::text").query(String.class).single();
  }
}
