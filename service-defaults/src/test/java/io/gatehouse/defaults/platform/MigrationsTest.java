package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.Migrations.When;
import io.gatehouse.testing.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Migrations beside those who serve. */
class MigrationsTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int TRIES = 3;

  private final TestPostgres.Database database = TestPostgres.newDatabase();

  @TempDir private Path scripts;

  @BeforeEach
  void makeTable() throws SQLException, IOException {
    execute("create table things (id integer)");
    Files.writeString(scripts.resolve("V1__name.sql"), "alter table things add column name text");
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void writersGoOn_whileAMigrationWaits_andItGivesUpNamingWhoHoldsTheLock() throws Exception {
    try (var reader = connect("reporting");
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("select from things");

      var migration = CompletableFuture.runAsync(() -> migrations(TRIES, Duration.ZERO).run());
      await().atMost(LIMIT).until(() -> migration.isDone() || somebodyWaits());
      execute("insert into things values (1)");

      assertThatThrownBy(migration::join)
          .cause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "The database cannot be migrated: a table stays locked. Locks are held by process %d (postgres, reporting) on things. End what holds them (select pg_terminate_backend(process)), then start again.",
              processOf(reader));
    }
    assertThat(columns()).isEqualTo(1);

    migrations(TRIES, Duration.ZERO).run();
    assertThat(columns()).isEqualTo(2);
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void migration_isTriedAgain_untilTheLockIsGone() throws Exception {
    try (var reader = connect("reporting");
        var statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("select from things");
      var migration = CompletableFuture.runAsync(() -> migrations(1_000, Duration.ZERO).run());
      await().atMost(LIMIT).until(() -> migration.isDone() || somebodyWaits());

      reader.rollback();

      migration.join();
    }
    assertThat(columns()).isEqualTo(2);
  }

  @Test
  void migration_isTriedOnce_whenItFailsForAnotherReason() throws IOException {
    Files.writeString(scripts.resolve("V2__wrong.sql"), "alter table nowhere add column x text");

    assertThatThrownBy(() -> migrations(TRIES, LIMIT.multipliedBy(60)).run())
        .isInstanceOf(FlywayException.class)
        .hasMessageContaining("nowhere");
  }

  /** With a password that may do less than migrate. */
  @Test
  void instanceThatDoesNotMigrate_waitsForWhoeverDoes_orSaysWhatIsMissing() throws Exception {
    Files.writeString(
        scripts.resolve("V2__price.sql"), "alter table things add column price integer");
    assertThatThrownBy(() -> migrations(TRIES, Duration.ZERO).await())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "The database lacks the migrations 1, 2, and gatehouse.db.migrate (GATEHOUSE_DB_MIGRATE) is never: run this version once with \"only\" and the owner's password, then start again.");
    assertThat(columns()).isEqualTo(1);

    var waiting = CompletableFuture.runAsync(() -> migrations(1_000_000, Duration.ZERO).await());
    migrations(TRIES, Duration.ZERO).run();
    waiting.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    assertThat(columns()).isEqualTo(3);

    assertThat(Migrations.migrate(settings(), "", When.NEVER)).isFalse();
    assertThat(Migrations.migrate(settings(), "runtime", When.NEVER)).isTrue();
  }

  /** As while a rollout goes on: the newer version's migrations were made already. */
  @Test
  void instanceThatDoesNotMigrate_starts_onTablesOfANewerVersion() throws Exception {
    migrations(TRIES, Duration.ZERO).run();
    Files.delete(scripts.resolve("V1__name.sql"));

    assertThat(Migrations.migrate(settings(), "", When.NEVER)).isFalse();
  }

  private Migrations migrations(int tries, Duration pause) {
    return new Migrations(settings(), "", tries, pause);
  }

  /** Old data, or a service whose tables grant nothing yet: it serves on as the owner. */
  @Test
  void runtimeRole_isUsed_onlyOnceItIsThereAndMayConnect() throws Exception {
    var role = "late \"role'" + database.name();
    execute("revoke connect on database " + database.name() + " from public");
    assertThat(Migrations.migrate(settings(), "", When.START)).isFalse();
    assertThat(Migrations.migrate(settings(), role, When.START)).isFalse();

    execute("create role \"" + role.replace("\"", "\"\"") + '"');
    assertThat(Migrations.migrate(settings(), role, When.START)).isFalse();

    Files.writeString(
        scripts.resolve("afterMigrate.sql"),
        "do $$ begin execute format('grant connect on database %I to %I', current_database(),"
            + " current_setting('gatehouse.runtime_role')); end $$");
    assertThat(Migrations.migrate(settings(), role, When.START)).isTrue();
  }

  private FluentConfiguration settings() {
    return Flyway.configure()
        .dataSource(database.jdbcUrl(), database.user(), database.password())
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .locations("filesystem:" + scripts);
  }

  private Connection connect(String application) throws SQLException {
    return DriverManager.getConnection(
        database.jdbcUrl() + "?ApplicationName=" + application,
        database.user(),
        database.password());
  }

  private void execute(String sql) throws SQLException {
    try (var connection = connect("test");
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private int number(String sql) throws SQLException {
    try (var connection = connect("test")) {
      return number(connection, sql);
    }
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private boolean somebodyWaits() throws SQLException {
    return number(
            "select count(*) from pg_stat_activity"
                + " where datname = current_database() and wait_event_type = 'Lock'")
        > 0;
  }

  private static int processOf(Connection connection) throws SQLException {
    return number(connection, "select pg_backend_pid()");
  }

  private int columns() throws SQLException {
    return number("select count(*) from information_schema.columns where table_name = 'things'");
  }
}
