package io.gatehouse.defaults.platform;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a service's tables up to date at its start or before, while other instances serve.
 *
 * <p>PostgreSQL queues for locks: behind a statement that waits for a table, everybody waits who
 * comes after it, also for what those before would let them do. So no statement of a migration
 * waits longer than those who serve have patience; it is undone, they go on, and it is tried again
 * until it is given up.
 */
public final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  /** Below the time limit of services' statements: who waits behind a migration is served. */
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(1);

  private static final int TRIES = 10;
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** PostgreSQL's {@code lock_not_available}. */
  private static final String LOCK_TIMED_OUT = "55P03";

  /** Who holds locks on tables of this schema, one line of text for each transaction. */
  private static final String HOLDERS =
      """
      select l.virtualtransaction || ' process ' || l.pid || ' (' || coalesce(a.usename, a.backend_type)
          || coalesce(', ' || nullif(a.application_name, ''), '') || ') on '
          || string_agg(distinct c.relname, ', ' order by c.relname)
      from pg_locks l join pg_class c on c.oid = l.relation join pg_stat_activity a on a.pid = l.pid
      where l.granted and l.pid <> pg_backend_pid() and c.relkind in ('r', 'p')
        and l.database = (select oid from pg_database where datname = current_database())
        and c.relnamespace = current_schema()::regnamespace
      group by l.virtualtransaction, l.pid, a.usename, a.backend_type, a.application_name
      """;

  private static final String MAY_CONNECT =
      "select has_database_privilege(rolname, current_database(), 'connect') from pg_roles where rolname = ?";

  /** When tables are brought up to date: {@code gatehouse.db.migrate}. */
  public enum When {
    /** By each instance as it starts. */
    START,
    /** Now, and the process ends: a job that goes before a rollout, with the owner's password. */
    ONLY,
    /**
     * By somebody else: an instance that finds them older than it needs waits, then does not start.
     */
    NEVER;

    /**
     * Stops the start of what was asked to migrate alone and may not.
     *
     * @param enabled {@code spring.flyway.enabled}
     * @throws IllegalStateException naming both settings
     */
    public void requireEnabled(boolean enabled) {
      if (this == ONLY && !enabled) {
        throw new IllegalStateException(
            "gatehouse.db.migrate (GATEHOUSE_DB_MIGRATE) is only, and spring.flyway.enabled is false: nothing would be migrated");
      }
    }
  }

  private final Flyway flyway;
  private final String runtimeRole;
  private final int tries;
  private final Duration pause;

  Migrations(FluentConfiguration settings, String runtimeRole, int tries, Duration pause) {
    this.flyway =
        settings
            .initSql(
                "set lock_timeout = '%dms'; set gatehouse.runtime_role = '%s'"
                    .formatted(LOCK_TIMEOUT.toMillis(), runtimeRole.replace("'", "''")))
            .load();
    this.runtimeRole = runtimeRole;
    this.tries = tries;
    this.pause = pause;
  }

  /**
   * Migrates, and has the rights granted ({@code afterMigrate.sql}) that statements need; with
   * {@link When#ONLY} it does not return.
   *
   * @param settings where and what, with the owner of the tables signed in; with {@link When#NEVER}
   *     anybody who may read which migrations were made
   * @param runtimeRole the role that statements are to run as, which may neither change what was
   *     recorded nor the tables themselves; empty when they run as who is signed in
   * @return whether that role is there and may come in; not when it is empty
   * @throws IllegalStateException when a table stays locked; it names who holds locks all the
   *     while; or when nobody made the migrations that this version needs
   * @throws FlywayException when it fails for another reason
   */
  public static boolean migrate(FluentConfiguration settings, String runtimeRole, When when) {
    var migrations = new Migrations(settings, runtimeRole, TRIES, PAUSE);
    if (when == When.NEVER) {
      migrations.await();
      return !runtimeRole.isEmpty();
    }
    migrations.run();
    if (when == When.ONLY) {
      log.info("The database is up to date, and nothing else was asked for");
      System.exit(0);
    }
    return migrations.mayRuntimeRoleConnect();
  }

  private boolean mayRuntimeRoleConnect() {
    if (runtimeRole.isEmpty()) {
      return false;
    }
    try (var connection = connection();
        var statement = connection.prepareStatement(MAY_CONNECT)) {
      statement.setString(1, runtimeRole);
      try (var rows = statement.executeQuery()) {
        if (rows.next() && rows.getBoolean(1)) {
          return true;
        }
      }
    } catch (SQLException failed) {
      throw new IllegalStateException("cannot read the roles of the database", failed);
    }
    log.warn(
        "There is no role {} that may use the database yet, so statements run as the owner, who may change what was recorded: docs/operating.md says how to make it",
        runtimeRole);
    return false;
  }

  void run() {
    var before = Set.<String>of();
    for (var tried = 1; ; tried++) {
      try {
        flyway.migrate();
        return;
      } catch (FlywayException failed) {
        if (!isLockTimeout(failed)) {
          throw failed;
        }
        // Whom it waited for was there before it came, and is still there.
        var now = holders();
        if (tried == tries) {
          now.retainAll(before);
          throw givenUp(now, failed);
        }
        log.warn("A migration waits for a lock and is tried again: {} of {}", tried, tries);
        before = now;
        rest(failed);
      }
    }
  }

  /** Until somebody else has made all migrations that this version knows. */
  void await() {
    for (var tried = 1; ; tried++) {
      var missing =
          Stream.of(flyway.info().pending())
              .map(one -> String.valueOf(one.getVersion()))
              .collect(Collectors.joining(", "));
      if (missing.isEmpty()) {
        return;
      }
      var lacks = "The database lacks the migrations " + missing;
      if (tried == tries) {
        throw new IllegalStateException(
            lacks
                + ", and gatehouse.db.migrate (GATEHOUSE_DB_MIGRATE) is never: run this version once with \"only\" and the owner's password, then start again.");
      }
      log.warn("{}: waiting for whoever makes them, {} of {}", lacks, tried, tries);
      rest(new FlywayException(lacks));
    }
  }

  private static boolean isLockTimeout(Throwable failed) {
    for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException sql && LOCK_TIMED_OUT.equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  private static IllegalStateException givenUp(Set<String> holders, FlywayException failed) {
    var who =
        holders.isEmpty()
            ? "nobody all the while"
            : holders.stream()
                .map(holder -> holder.substring(holder.indexOf(' ') + 1))
                .sorted()
                .collect(Collectors.joining("; "));
    return new IllegalStateException(
        "The database cannot be migrated: a table stays locked. Locks are held by %s. End what holds them (select pg_terminate_backend(process)), then start again."
            .formatted(who),
        failed);
  }

  private Set<String> holders() {
    try (var connection = connection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(HOLDERS)) {
      var found = new HashSet<String>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    } catch (SQLException unreadable) {
      log.warn("Cannot see who holds locks: {}", unreadable.getMessage());
      return new HashSet<>();
    }
  }

  private Connection connection() throws SQLException {
    return flyway.getConfiguration().getDataSource().getConnection();
  }

  private void rest(FlywayException failed) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw failed;
    }
  }
}
