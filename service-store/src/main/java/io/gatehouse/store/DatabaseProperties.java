package io.gatehouse.store;

import io.gatehouse.defaults.platform.DatabaseHosts;
import io.gatehouse.defaults.platform.Migrations;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where PostgreSQL is and how long to wait for it.
 *
 * @param host where the server is; of a cluster all of them, as in {@code a,b} or {@code
 *     a:5432,b:5433}: the primary among them is found
 * @param port of servers that are named without one
 * @param user to sign in as: the owner of the tables, who migrates them
 * @param password of that user
 * @param runtimeUser whom statements run as when it has a password, {@code USER_runtime} by
 *     default: a role that may do what they need and nothing else
 * @param runtimePassword of the runtime user; without one, statements run as the owner
 * @param migrate when tables are brought up to date: {@code start}, {@code only} (then the process
 *     ends) or {@code never}, for instances that do not know the owner's password
 * @param ca a PEM file with the authority that the server's certificate must come from: given, the
 *     connection is encrypted and the server's name is verified; else it is plain
 * @param connections of the pool; PostgreSQL serves two cores best with few, and commits of that
 *     many writers share one flush of the log
 * @param waiting how many requests may wait for a connection; more are refused at once
 * @param acquireTimeout how long each of them waits
 * @param statementTimeout after which the server gives up a statement; nobody waits for an answer,
 *     the wait for a connection included, more than half a second longer
 * @param options of the server for these connections, such as {@code enable_bitmapscan: "off"}
 */
@Validated
@ConfigurationProperties("gatehouse.db")
record DatabaseProperties(
    @NotBlank @DefaultValue("localhost") String host,
    @Min(1) @Max(65535) @DefaultValue("5432") int port,
    @NotBlank(message = "is required: set GATEHOUSE_DB_NAME") String name,
    @NotBlank(message = "is required: set GATEHOUSE_DB_USER") String user,
    @NotBlank(message = "is required: set GATEHOUSE_DB_PASSWORD") String password,
    @Nullable String runtimeUser,
    @Nullable String runtimePassword,
    @DefaultValue("start") Migrations.When migrate,
    @Nullable Path ca,
    @Min(1) @Max(500) @DefaultValue("10") int connections,
    @Min(0) @DefaultValue("200") int waiting,
    @NotNull @DefaultValue("1s") Duration acquireTimeout,
    @NotNull @DefaultValue("2s") Duration statementTimeout,
    @DefaultValue Map<String, String> options) {
  private static final Duration SHORTEST = Duration.ofMillis(500);

  /** So that a server that is only slow says so itself. */
  private static final Duration LATER_THAN_THE_SERVER = Duration.ofMillis(500);

  DatabaseProperties {
    if (statementTimeout.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "gatehouse.db.statement-timeout (GATEHOUSE_DB_STATEMENT_TIMEOUT) must be 500ms or more, not "
              + statementTimeout);
    }
    options = Map.copyOf(options);
    var _ = DatabaseHosts.of(host, port);
  }

  /** Who migrates. */
  Login owner() {
    return new Login(user, password);
  }

  /** Whom statements run as where the two are apart. */
  Optional<Login> runtime() {
    if (runtimePassword == null || runtimePassword.isBlank()) {
      return Optional.empty();
    }
    var name = runtimeUser == null || runtimeUser.isBlank() ? user + "_runtime" : runtimeUser;
    return Optional.of(new Login(name, runtimePassword));
  }

  DatabaseHosts hosts() {
    return DatabaseHosts.of(host, port);
  }

  /** How long anybody waits for an answer. */
  Duration answerTimeout() {
    return statementTimeout.plus(LATER_THAN_THE_SERVER);
  }

  String jdbcUrl() {
    var hosts = hosts();
    var url =
        "jdbc:postgresql://%s/%s?connectTimeout=5&loginTimeout=10&socketTimeout=600%s"
            .formatted(hosts, name, hosts.jdbcOptions());
    return ca == null ? url : url + "&sslmode=verify-full&sslrootcert=" + ca;
  }

  @Override
  public String toString() {
    return "DatabaseProperties[" + hosts() + "/" + name + "]";
  }
}
