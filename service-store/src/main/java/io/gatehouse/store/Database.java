package io.gatehouse.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
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
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;

/**
 * Runs single statements, each its own transaction and one round trip, so none can be left open.
 * Nobody waits longer than the limit, whatever becomes of the server or the way to it; a connection
 * that fell silent is thrown away. What is not the statement's own fault becomes
 * SERVICE_UNAVAILABLE.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  /**
   * Classes of SQLSTATE: connection, rollback, resources, object in use or locked, operator's
   * intervention with statement timeouts, system error.
   */
  private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57", "58");

  /** The server takes no writes any more, or goes away, and so it is with all its connections. */
  private static final Set<String> LEAVING = Set.of("25006", "57P01", "57P02", "57P03");

  /** Below the gateway's deadline, so that its callers are told by us. */
  private static final Duration USUAL_ANSWER = Duration.ofMillis(4_500);

  private static final Duration WARNING_PAUSE = Duration.ofSeconds(1);
  private static final int WARM_UP_RETRIES = 2;
  private static final Duration MAX_FAREWELL = Duration.ofSeconds(1);

  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong lastWarning = new AtomicLong(Long.MIN_VALUE / 2);
  private final ConnectionFactory connections;
  private final Duration answerTimeout;
  private final Runnable onSilence;

  /** Runs before each statement, on its connection. */
  private final Function<Connection, Mono<Void>> guard;

  /** A way to run statements, with 4.5 s for each. */
  public Database(ConnectionFactory connections) {
    this(connections, USUAL_ANSWER, () -> {});
  }

  /**
   * A way to run statements.
   *
   * @param answerTimeout for one statement and its wait for a connection; longer than the server's
   *     own statement timeout, for the case that the server does not answer at all
   * @param onSilence runs when a connection gave no answer in time, or its server takes no writes
   *     any more or goes away
   */
  Database(ConnectionFactory connections, Duration answerTimeout, Runnable onSilence) {
    this(connections, answerTimeout, onSilence, _ -> Mono.empty());
  }

  private Database(
      ConnectionFactory connections,
      Duration answerTimeout,
      Runnable onSilence,
      Function<Connection, Mono<Void>> guard) {
    this.connections = connections;
    this.answerTimeout = answerTimeout;
    this.onSilence = onSilence;
    this.guard = guard;
  }

  /** The same, where this runs first on each statement's connection; it may fail. */
  Database guardedBy(Function<Connection, Mono<Void>> check) {
    return new Database(connections, answerTimeout, onSilence, check);
  }

  /**
   * Makes connections and runs a statement on each, which the first time takes so long on a busy
   * machine that a request would give up. Completes after some seconds at most, whether the
   * database answers or not.
   *
   * @param connections how many
   */
  Mono<Void> warmUp(int connections) {
    return Flux.range(0, connections)
        .flatMap(_ -> one("select 1", _ -> true).retry(WARM_UP_RETRIES))
        .onErrorComplete()
        .then();
  }

  /** How long anybody waits for a statement's answer. */
  public Duration answerTimeout() {
    return answerTimeout;
  }

  /** The first row that the statement gives, once it is committed; empty when it gives none. */
  public <T> Mono<T> one(String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return list(sql, row, parameters).filter(rows -> !rows.isEmpty()).map(List::getFirst);
  }

  /** All rows that the statement gives, once it is committed: rows arrive before that. */
  public <T> Mono<List<T>> list(
      String sql, Function<Readable, T> row, @Nullable Object... parameters) {
    return query(sql, statement -> bindAll(statement, parameters), row);
  }

  /** How many rows the statement changed. */
  public Mono<Long> change(String sql, @Nullable Object... parameters) {
    return run(
        sql,
        statement -> bindAll(statement, parameters),
        results -> results.concatMap(Result::getRowsUpdated).reduce(0L, Long::sum));
  }

  /** The first row of a statement whose parameters the caller binds; empty when it gives none. */
  public <T> Mono<T> queryOne(String sql, Consumer<Statement> bind, Function<Readable, T> row) {
    return query(sql, bind, row).filter(rows -> !rows.isEmpty()).map(List::getFirst);
  }

  /** All rows of a statement whose parameters the caller binds, once it is committed. */
  public <T> Mono<List<T>> query(String sql, Consumer<Statement> bind, Function<Readable, T> row) {
    return run(sql, bind, results -> results.concatMap(result -> result.map(row)).collectList());
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
      String sql, Consumer<Statement> bind, Function<Flux<Result>, Mono<T>> collect) {
    var statement =
        Mono.usingWhen(
            connections.create(),
            connection ->
                guard
                    .apply(connection)
                    .then(Mono.defer(() -> execute(connection, sql, bind, collect)))
                    .timeout(answerTimeout),
            Connection::close,
            this::release,
            Connection::close);
    return Mono.defer(() -> Mono.fromFuture(statement.toFuture(), true))
        .timeout(answerTimeout)
        .doOnNext(_ -> answers.incrementAndGet())
        .onErrorMap(this::translated);
  }

  private static <T> Mono<T> execute(
      Connection connection,
      String sql,
      Consumer<Statement> bind,
      Function<Flux<Result>, Mono<T>> collect) {
    var statement = connection.createStatement(sql);
    bind.accept(statement);
    return collect.apply(Flux.from(statement.execute()));
  }

  /** A connection that gave no answer in time gives none to the next caller either. */
  private Publisher<Void> release(Connection connection, Throwable failed) {
    if (!(failed instanceof TimeoutException) && !isLeaving(failed)) {
      return connection.close();
    }
    onSilence.run();
    return discard(connection).then(Mono.from(connection.close()));
  }

  private static boolean isLeaving(Throwable failed) {
    return failed instanceof R2dbcException refused
        && refused.getSqlState() != null
        && LEAVING.contains(refused.getSqlState());
  }

  /** Closes it beneath the pool, which does not keep what is not open. */
  private static Mono<Void> discard(Connection connection) {
    return connection instanceof Wrapped<?> pooled && pooled.unwrap() instanceof Connection raw
        ? Mono.from(raw.close()).timeout(MAX_FAREWELL).onErrorComplete()
        : Mono.empty();
  }

  private static void bindAll(Statement statement, @Nullable Object[] parameters) {
    for (var i = 0; i < parameters.length; i++) {
      var value = parameters[i];
      statement.bind(i, value == null ? Parameters.in(String.class) : value);
    }
  }

  private Throwable translated(Throwable thrown) {
    return switch (thrown) {
      case R2dbcException failed when isPassing(failed.getSqlState()) -> unavailable(failed);
      case TimeoutException late -> unavailable(late);
      case IOException away -> unavailable(away);
      case PoolAcquirePendingLimitException full -> unavailable(full);
      case PoolShutdownException stopping -> unavailable(stopping);
      default -> thrown;
    };
  }

  /** Whether trying again later may help; without a state it was the way there that failed. */
  private static boolean isPassing(@Nullable String sqlState) {
    return sqlState == null
        || LEAVING.contains(sqlState)
        || PASSING.contains(sqlState.substring(0, 2));
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
