package io.gatehouse.users.store;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs single statements, each its own transaction and one round trip. Every wait is bounded; what
 * is not the statement's own fault becomes SERVICE_UNAVAILABLE.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private final ConnectionPool pool;
  private final Duration answerTimeout;

  /**
   * A way to run statements.
   *
   * @param answerTimeout for one statement with the wait for a connection; longer than the server's
   *     own statement timeout, for the case that the server does not answer at all
   */
  Database(ConnectionPool pool, Duration answerTimeout) {
    this.pool = pool;
    this.answerTimeout = answerTimeout;
  }

  /** The one row that the statement gives; empty when it gives none. */
  public <T> Mono<T> one(String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return rows(sql, row, parameters).next();
  }

  /** All rows, collected. */
  public <T> Mono<List<T>> list(
      String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return rows(sql, row, parameters).collectList();
  }

  /** How many rows the statement changed. */
  public Mono<Long> change(String sql, @Nullable Object... parameters) {
    return Mono.usingWhen(
            pool.create(),
            connection ->
                Flux.from(bind(connection, sql, parameters).execute())
                    .flatMap(result -> Mono.from(result.getRowsUpdated()))
                    .reduce(0L, Long::sum),
            Connection::close)
        .timeout(answerTimeout)
        .onErrorMap(Database::unavailable);
  }

  /** A null parameter with its type, which PostgreSQL wants to know. */
  public static Object nothing(Class<?> type) {
    return Parameters.in(type);
  }

  private <T> Flux<T> rows(String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return Flux.usingWhen(
            pool.create(),
            connection ->
                Flux.from(bind(connection, sql, parameters).execute())
                    .concatMap(result -> result.map(row)),
            Connection::close)
        .timeout(Mono.delay(answerTimeout))
        .onErrorMap(Database::unavailable);
  }

  private static io.r2dbc.spi.Statement bind(
      Connection connection, String sql, @Nullable Object... parameters) {
    var statement = connection.createStatement(sql);
    for (var i = 0; i < parameters.length; i++) {
      var value = parameters[i];
      statement.bind(i, value == null ? Parameters.in(String.class) : value);
    }
    return statement;
  }

  private static Throwable unavailable(Throwable thrown) {
    return switch (thrown) {
      case R2dbcDataIntegrityViolationException broken -> broken;
      case R2dbcBadGrammarException defect -> defect;
      case R2dbcException away -> unavailable(away);
      case TimeoutException late -> unavailable((Exception) late);
      case IOException away -> unavailable((Exception) away);
      default -> thrown;
    };
  }

  private static ApiException unavailable(Exception cause) {
    log.warn("PostgreSQL did not answer: {}", cause.toString());
    return ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, cause);
  }
}
