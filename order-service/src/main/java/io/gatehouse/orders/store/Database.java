package io.gatehouse.orders.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
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
 * Single statements in autocommit: every transaction begins and ends within one round trip, so none
 * can be left open. Each runs detached from its caller's subscription, so a client that hangs up
 * never cancels a statement half-way or loses a connection. Nobody waits longer than the limit,
 * whatever becomes of the server or the way to it; a connection that fell silent is thrown away.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  /** Below the gateway's deadline, so that its callers are told by us. */
  private static final Duration MAX_ANSWER = Duration.ofMillis(4_500);

  /** For the farewell to a connection that will not be used again. */
  private static final Duration MAX_CLOSE = Duration.ofSeconds(1);

  private final ConnectionFactory connections;
  private final Duration maxAnswer;
  private final Runnable onSilence;

  /** With the limit that is the setting's default. */
  public Database(ConnectionFactory connections) {
    this(connections, MAX_ANSWER, () -> {});
  }

  /**
   * A database behind these connections.
   *
   * @param maxAnswer for a statement's answer, and for a caller with the wait for a connection
   * @param onSilence runs when a connection gave no answer in time
   */
  Database(ConnectionFactory connections, Duration maxAnswer, Runnable onSilence) {
    this.connections = connections;
    this.maxAnswer = maxAnswer;
    this.onSilence = onSilence;
  }

  Duration maxAnswer() {
    return maxAnswer;
  }

  /**
   * The rows of one statement.
   *
   * @throws ApiException SERVICE_UNAVAILABLE when no connection is free in time, one broke or gave
   *     no answer in time
   */
  public <T> Mono<List<T>> query(String sql, Consumer<Statement> bind, Function<Row, T> read) {
    return Mono.defer(
        () ->
            Mono.fromFuture(
                    Mono.usingWhen(
                            connections.create(),
                            connection -> run(connection, sql, bind, read).timeout(maxAnswer),
                            Connection::close,
                            this::release,
                            Connection::close)
                        .toFuture(),
                    true)
                .timeout(maxAnswer)
                .onErrorMap(Database::translate));
  }

  private Publisher<Void> release(Connection connection, Throwable failed) {
    if (!(failed instanceof TimeoutException)) {
      return connection.close();
    }
    onSilence.run();
    return discard(connection).then(Mono.from(connection.close()));
  }

  /** Closes it beneath the pool, which then finds that it cannot be used again. */
  private static Mono<Void> discard(Connection connection) {
    return connection instanceof Wrapped<?> pooled && pooled.unwrap() instanceof Connection raw
        ? Mono.from(raw.close()).timeout(MAX_CLOSE).onErrorComplete()
        : Mono.empty();
  }

  /** The only row of one statement, or empty. */
  public <T> Mono<T> queryOne(String sql, Consumer<Statement> bind, Function<Row, T> read) {
    return query(sql, bind, read).filter(rows -> !rows.isEmpty()).map(List::getFirst);
  }

  private static <T> Mono<List<T>> run(
      Connection connection, String sql, Consumer<Statement> bind, Function<Row, T> read) {
    var statement = connection.createStatement(sql);
    bind.accept(statement);
    return Flux.from(statement.execute())
        .concatMap(result -> result.map((row, _) -> read.apply(row)))
        .collectList();
  }

  private static Throwable translate(Throwable thrown) {
    if (isUnavailable(thrown)) {
      log.warn("database unavailable: {}", thrown.toString());
      return ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, thrown);
    }
    return thrown;
  }

  private static boolean isRaisedByUs(@Nullable String state) {
    return state != null && state.startsWith("GH");
  }

  /**
   * SQLSTATE classes 08 connection, 53 resources, 57 operator intervention, 55P03 lock wait. GH is
   * what our own functions raise, which the driver, not knowing it, takes for a lost resource.
   */
  private static boolean isUnavailable(Throwable thrown) {
    return switch (thrown) {
      case R2dbcException ours when isRaisedByUs(ours.getSqlState()) -> false;
      case R2dbcTimeoutException _,
          R2dbcTransientResourceException _,
          R2dbcNonTransientResourceException _,
          PoolAcquirePendingLimitException _,
          PoolShutdownException _,
          TimeoutException _,
          IOException _ ->
          true;
      case R2dbcException sql -> {
        var state = sql.getSqlState();
        yield state == null
            || state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57")
            || state.equals("55P03");
      }
      default -> false;
    };
  }
}
