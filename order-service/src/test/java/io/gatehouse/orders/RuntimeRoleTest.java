package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What was recorded stays, whatever statements the service could be brought to run. */
class RuntimeRoleTest extends OrderServiceTest {
  private static final String INSUFFICIENT_PRIVILEGE = "42501";

  @Test
  void service_isConnectedAsTheRuntimeRole_alone() throws SQLException {
    try (var connection = connect(DATABASE.user(), DATABASE.password());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select string_agg(distinct usename, ',') from pg_stat_activity
                where datname = current_database() and application_name = 'order-service'
                """)) {
      rows.next();
      assertThat(rows.getString(1)).isEqualTo(DATABASE.runtimeUser());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update events set data = data",
        "delete from events",
        "truncate events",
        "alter table events disable trigger all",
        "alter table events rename to nothing",
        "drop table events",
        "create trigger t before insert on events execute function suppress_redundant_updates_trigger()",
        "create rule r as on insert to events do instead nothing",
        "select setval('event_positions', 1)",
        "alter sequence event_positions restart",
        "update streams set customer_id = 'another'",
        "delete from streams",
        "truncate streams",
        "delete from customers",
        "truncate customers",
        "delete from checkpoints",
        "delete from parked_events",
        "update flyway_schema_history set success = false",
        "create table mine (n integer)",
        "create or replace function current_timeline() returns integer language sql as 'select 1'",
        "set session_replication_role = replica",
      })
  void runtimeRole_mayNot(String statement) throws SQLException {
    try (var connection = connect(DATABASE.runtimeUser(), TestPostgres.Database.RUNTIME_PASSWORD);
        var running = connection.createStatement()) {
      assertThatThrownBy(() -> running.execute(statement))
          .isInstanceOfSatisfying(
              SQLException.class,
              refused -> assertThat(refused.getSQLState()).isEqualTo(INSUFFICIENT_PRIVILEGE));
    }
  }

  @Test
  void runtimeRole_isNobodyElse() throws SQLException {
    try (var connection = connect(DATABASE.user(), DATABASE.password());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
                  or exists (select from pg_auth_members where member = r.oid) from pg_roles r where rolname = '%s'
                """
                    .formatted(DATABASE.runtimeUser()))) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getBoolean(1)).isFalse();
    }
  }

  /** A table that comes with a migration is granted by afterMigrate.sql, or the service fails. */
  @Test
  void everyTable_isOneThatTheRoleReads_orTheConnectors() throws SQLException {
    try (var connection = connect(DATABASE.user(), DATABASE.password());
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                """
                select array_agg(relname::text order by relname) from pg_class
                where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
                  and not has_table_privilege('%s', oid, 'select')
                """
                    .formatted(DATABASE.runtimeUser()))) {
      rows.next();
      assertThat(List.of((String[]) rows.getArray(1).getArray()))
          .containsExactly("connector_progress");
    }
  }

  private static Connection connect(String user, String password) throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), user, password);
  }
}
