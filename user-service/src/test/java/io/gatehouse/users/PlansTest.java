package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.TestPostgres;
import io.gatehouse.users.accounts.AccountStatements;
import io.gatehouse.users.mail.MailStatements;
import io.gatehouse.users.published.PublishedStatements;
import io.gatehouse.users.signins.SignInStatements;
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
import org.junit.jupiter.params.provider.MethodSource;

/** Every statement of the service finds its rows by an index once there are many. */
class PlansTest {
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
          insert into known_browsers
            select id, 'browser ' || row_number() over (), now() - row_number() over () * interval '1 s'
            from users;
          insert into mails (kind, recipient, user_id, language, attempts, due)
            select 'verification', email, id, 'en', 1, case when random() < 0.5 then now() end from users;
          insert into mail_links
            select sha256(email::bytea), 'password-reset', id, email, now() from users;
          insert into sign_ups
            select sha256(email::bytea), 'new' || email, 'Name', now() + interval '1 day' from users;
          insert into mail_counts select sha256(email::bytea), 1, now() from users;
          insert into kept_mails (recipient, subject, text)
            select email, 'Subject', 'text' from users;
          insert into seeded_accounts (email) select email from users;
          analyze;
          """);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
  }

  static Stream<Statement> statements() {
    return Stream.of(
            AccountStatements.all(),
            SignInStatements.all(),
            PublishedStatements.all(),
            MailStatements.all())
        .flatMap(all -> all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("statements")
  void statement_readsNoWholeTable(Statement statement) throws SQLException {
    assertThat(plan(statement.sql(), statement.parameters()))
        .as(statement.name())
        .doesNotContain("Seq Scan on");
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
}
