package io.gatehouse.orders.store;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.pool.PoolAcquirePendingLimitException;
import reactor.pool.PoolShutdownException;

/**
 * Single statements in autocommit: every transaction begins and ends within one round trip, so none
 * can be left open. Each runs detached from its caller's subscription, so a client that hangs up
 * never cancels a statement half-way or loses a connection.
 */
public final class Database {
  private static final Logger log = LoggerFactory.getLogger(Database.class);

  private final ConnectionFactory connections;

  public Database(ConnectionFactory connections) {
    this.connections = connections;
  }

  /**
   * The rows of one statement.
   *
   * @throws ApiException SERVICE_UNAVAILABLE when no connection is free in time or one broke
   */
  public <T> Mono<List<T>> query(String sql, Consumer<Statement> bind, Function<Row, T> read) {
    return Mono.defer(
        () ->
            Mono.fromFuture(
                Mono.usingWhen(
                        connections.create(),
                        connection -> run(connection, sql, bind, read),
                        Connection::close)
                    .onErrorMap(Database::translate)
                    .toFuture(),
                true));
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
