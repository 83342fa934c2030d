package io.gatehouse.orders.store;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Where PostgreSQL is and how many connections may be open to it.
 *
 * @param ca a PEM file with the authority that the server's certificate must come from: given, the
 *     connection is encrypted and the server's name is verified; else it is plain
 * @param connections at most; commits of that many writers share one flush of the log
 * @param maxWaiting requests that may wait for a connection; more are told 503 at once
 * @param maxWait for a connection; longer is a 503
 * @param maxAnswer how long anybody waits for an answer; then it is a 503, and the connection is
 *     thrown away. The server gives a statement up half a second before
 */
@Validated
@ConfigurationProperties("gatehouse.db")
record DatabaseProperties(
    @NotBlank @DefaultValue("localhost") String host,
    @Min(1) @Max(65_535) @DefaultValue("5432") int port,
    @NotBlank @DefaultValue("orders") String name,
    @NotBlank @DefaultValue("orders") String user,
    @NotBlank String password,
    @Nullable Path ca,
    @Min(1) @Max(500) @DefaultValue("16") int connections,
    @Min(1) @DefaultValue("2000") int maxWaiting,
    @NotNull @DefaultValue("3s") Duration maxWait,
    @NotNull @DefaultValue("4500ms") Duration maxAnswer) {
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration HEAD_START = Duration.ofMillis(500);

  DatabaseProperties {
    if (maxAnswer.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "gatehouse.db.max-answer (GATEHOUSE_DB_MAX_ANSWER) must be 1s or more, not " + maxAnswer);
    }
  }

  /** After which the server gives up a statement, while it can still say so. */
  Duration statementTimeout() {
    return maxAnswer.minus(HEAD_START);
  }
}
