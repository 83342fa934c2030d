package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every statement of the service finds its rows by an index once there are many. */
class PlansTest {
  private static final String NO_ID = "'0199aabb-ccdd-7eee-8fff-001122334455'::uuid";
  private static Connection connection;

  @BeforeAll
  static void fill() throws SQLException {
    var database = TestPostgres.newDatabase();
    Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .load()
        .migrate();
    connection =
        DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
    try (var statement = connection.createStatement()) {
      statement.execute(
          """
          insert into users (email, name, roles)
            select i || '@example.com', 'Name', '{USER}' from generate_series(1, 20000) i;
          insert into credentials select id, 'hash' from users;
          insert into user_events (type, user_id, version, transaction_id)
            select 'UserRegistered', id, 1, (row_number() over ())::text::xid8 from users;
          insert into revocations (user_id, at, until)
            select id, now() - n * interval '1 s', now() + (10000 - n) * interval '1 s'
            from (select id, row_number() over () n from users);
          insert into sign_in_failures
            select sha256(email::bytea), 1, now() - row_number() over () * interval '1 s' from users;
          insert into seeded_accounts (email) select email from users;
          analyze;
          """);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  static Stream<Arguments> statements() {
    return Stream.of(
        with("by id", Users.BY_ID, NO_ID),
        with("by ids", Users.BY_IDS, "array[" + NO_ID + "," + NO_ID + "]"),
        with("by address", Users.BY_EMAIL, "'500@example.com'"),
        with("first page", Users.PAGE, "'00000000-0000-0000-0000-000000000000'::uuid", "21"),
        with("later page", Users.PAGE, NO_ID, "101"),
        with(
            "sign up",
            UnitOfWork.REGISTER,
            "'new@example.com'",
            "'Name'",
            "array['USER']",
            "'hash'",
            NO_ID,
            "null"),
        with(
            "change",
            UnitOfWork.CHANGE,
            NO_ID,
            "'new@example.com'",
            "'Name'",
            "null::text[]",
            "null::bigint[]",
            "'{}'::bigint[]",
            "null",
            "false",
            "1000",
            "null"),
        with(
            "change of one version by an ADMIN",
            UnitOfWork.CHANGE,
            NO_ID,
            "'new@example.com'",
            "'Name'",
            "null::text[]",
            "array[1::bigint]",
            "array[2::bigint]",
            NO_ID,
            "true",
            "1000",
            "null"),
        with(
            "change of password",
            UnitOfWork.CHANGE_PASSWORD,
            NO_ID,
            "'hash'",
            "'new hash'",
            "null",
            "1000",
            NO_ID,
            "null"),
        with(
            "delete",
            UnitOfWork.DELETE,
            NO_ID,
            "null::bigint[]",
            "'{}'::bigint[]",
            NO_ID,
            "true",
            "1000",
            "null"),
        with("reason", UnitOfWork.REASON, NO_ID, NO_ID),
        with("sign in", SignIns.LOOK_UP, "'500@example.com'", "sha256('500@example.com')", "1000"),
        with("let in", SignIns.LET_IN, "sha256('500@example.com')", NO_ID, "'hash'"),
        with("count failure", SignIns.COUNT_FAILURE, "sha256('500@example.com')", "1000", "10"),
        with("current hash", SignIns.HASH_OF, NO_ID),
        with("revocations", Revocations.SINCE, "now() - interval '30 s'", "true", "10000"),
        with("live revocations", Revocations.SINCE, "'1970-01-01'", "false", "10000"),
        with("feed", Feed.AFTER, "'19990'", "19990", "1000"),
        with("old revocations", Housekeeping.REVOCATIONS),
        with("old failures", Housekeeping.SIGN_IN_FAILURES),
        with("seeded", SeededAccounts.SEEDED, "'500@example.com'"),
        with(
            "seed", SeededAccounts.MAKE, "'new@example.com'", "'Name'", "array['USER']", "'hash'"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("statements")
  void statement_readsNoWholeTable(String name, String sql, List<String> parameters)
      throws SQLException {
    assertThat(plan(sql, parameters)).as(name).doesNotContain("Seq Scan on");
  }

  @Test
  void wholeTable_wouldBeNoticed() throws SQLException {
    assertThat(plan("select from users where name = $1", List.of("'x'")))
        .contains("Seq Scan on users");
  }

  private static String plan(String sql, List<String> parameters) throws SQLException {
    var bound = sql;
    for (var i = parameters.size(); i > 0; i--) {
      bound = bound.replace("$" + i, parameters.get(i - 1));
    }
    try (var statement = connection.createStatement();
        var lines = statement.executeQuery("explain " + bound)) {
      var plan = new StringBuilder();
      while (lines.next()) {
        plan.append(lines.getString(1)).append('\n');
      }
      return plan.toString();
    }
  }

  private static Arguments with(String name, String sql, String... parameters) {
    return Arguments.of(name, sql, List.of(parameters));
  }
}
