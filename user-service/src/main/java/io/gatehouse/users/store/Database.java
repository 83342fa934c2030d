package io.gatehouse.users.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.pool.PoolAcquirePendingLimitException;

/**
 * Runs single statements, each its own transaction and one round trip. Every wait is bounded on
 * this side too, for a server or a way there that falls silent; a connection that did is thrown
 * away. What is not the statement's own fault becomes SERVICE_UNAVAILABLE.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  /**
   * Classes of SQLSTATE: connection, rollback, resources, object in use or locked, operator's
   * intervention with statement timeouts, system error.
   */
  private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57", "58");

  private static final Duration WARNING_PAUSE = Duration.ofSeconds(1);
  private static final Duration MAX_FAREWELL = Duration.ofSeconds(1);

  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong lastWarning = new AtomicLong(Long.MIN_VALUE / 2);
  private final ConnectionPool pool;
  private final Duration answerTimeout;

  /**
   * A way to run statements.
   *
   * @param answerTimeout for one statement; longer than the server's own statement timeout, for the
   *     case that the server does not answer at all
   */
  Database(ConnectionPool pool, Duration answerTimeout) {
    this.pool = pool;
    this.answerTimeout = answerTimeout;
  }

  /** The first row that the statement gives, once it is committed; empty when it gives none. */
  public <T> Mono<T> one(String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return list(sql, row, parameters)
        .flatMap(rows -> rows.isEmpty() ? Mono.empty() : Mono.just(rows.getFirst()));
  }

  /** All rows that the statement gives, once it is committed: rows arrive before that. */
  public <T> Mono<List<T>> list(
      String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return run(
        sql, parameters, results -> results.concatMap(result -> result.map(row)).collectList());
  }

  /** How many rows the statement changed. */
  public Mono<Long> change(String sql, @Nullable Object... parameters) {
    return run(
        sql,
        parameters,
        results -> results.concatMap(Result::getRowsUpdated).reduce(0L, Long::sum));
  }

  /** A null parameter with its type, which PostgreSQL wants to know. */
  public static Object nothing(Class<?> type) {
    return Parameters.in(type);
  }

  /** How many statements were answered; grows for ever. */
  long answers() {
    return answers.get();
  }

  /**
   * Runs detached from its subscriber, so that nobody who hangs up leaves a connection in the
   * middle of a statement.
   */
  private <T> Mono<T> run(
      String sql, @Nullable Object[] parameters, Function<Flux<Result>, Mono<T>> collect) {
    var statement =
        Mono.usingWhen(
            pool.create(),
            connection ->
                collect
                    .apply(Flux.from(bind(connection, sql, parameters).execute()))
                    .timeout(answerTimeout),
            Connection::close,
            Database::release,
            Connection::close);
    return Mono.defer(() -> Mono.fromFuture(statement.toFuture(), true))
        .doOnNext(_ -> answers.incrementAndGet())
        .onErrorMap(this::translated);
  }

  /** A connection that gave no answer in time gives none to the next caller either. */
  private static Publisher<Void> release(Connection connection, Throwable failed) {
    return failed instanceof TimeoutException
        ? discard(connection).then(Mono.from(connection.close()))
        : connection.close();
  }

  /** Closes it beneath the pool, which does not keep what is not open. */
  private static Mono<Void> discard(Connection connection) {
    return connection instanceof Wrapped<?> pooled && pooled.unwrap() instanceof Connection raw
        ? Mono.from(raw.close()).timeout(MAX_FAREWELL).onErrorComplete()
        : Mono.empty();
  }

  private static Statement bind(Connection connection, String sql, @Nullable Object[] parameters) {
    var statement = connection.createStatement(sql);
    for (var i = 0; i < parameters.length; i++) {
      var value = parameters[i];
      statement.bind(i, value == null ? Parameters.in(String.class) : value);
    }
    return statement;
  }

  private Throwable translated(Throwable thrown) {
    return switch (thrown) {
      case R2dbcException failed when isPassing(failed.getSqlState()) -> unavailable(failed);
      case TimeoutException late -> unavailable(late);
      case IOException away -> unavailable(away);
      case PoolAcquirePendingLimitException full -> unavailable(full);
      default -> thrown;
    };
  }

  /** Whether trying again later may help; without a state it was the way there that failed. */
  private static boolean isPassing(@Nullable String sqlState) {
    return sqlState == null || PASSING.contains(sqlState.substring(0, 2));
  }

  /** Says so once a second: a database that is away fails every request. */
  private ApiException unavailable(Exception cause) {
    var now = System.nanoTime();
    var last = lastWarning.get();
    if (now - last > WARNING_PAUSE.toNanos() && lastWarning.compareAndSet(last, now)) {
      log.warn("PostgreSQL did not answer in time: {}", cause.toString());
    }
    return ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, cause);
  }
}
