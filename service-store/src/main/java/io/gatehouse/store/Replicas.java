package io.gatehouse.store;

import io.gatehouse.defaults.web.ApiException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads from replicas that are as new as the primary was when the read was asked for, so that
 * nobody sees less than was acknowledged to anybody before; else from the primary. The primary is
 * asked only how far its log has come, once for all reads that begin together: see
 * docs/decisions/reads-from-replicas.md.
 */
public final class Replicas implements DisposableBean {
  private static final String FLUSHED =
      "select (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint as lsn";

  /** A server that is no standby has replayed nothing. */
  private static final String REPLAYED =
      """
      select case when pg_is_in_recovery() then (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint
                  else 0 end as lsn
      """;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final Database primary;
  private final @Nullable ConnectionPool pool;
  private final @Nullable Source source;

  private Replicas(Database primary, @Nullable ConnectionPool pool, @Nullable Source source) {
    this.primary = primary;
    this.pool = pool;
    this.source = source;
  }

  /**
   * Reads from these.
   *
   * @param replicas with less time for an answer than the primary, which is asked then
   * @param pool of the replicas
   * @param patience with a replica that is behind
   */
  Replicas(
      Database primary,
      Database replicas,
      ConnectionPool pool,
      Duration patience,
      MeterRegistry meters) {
    this(
        primary,
        pool,
        new Source(
            replicas,
            new SharedAnswer<>(primary.one(FLUSHED, row -> Rows.required(row, "lsn", Long.class))),
            patience,
            reads(meters, "replica"),
            reads(meters, "primary"),
            new AtomicLong(Long.MIN_VALUE)));
  }

  private static Counter reads(MeterRegistry meters, String from) {
    return Counter.builder("gatehouse.db.reads")
        .description("Reads that a replica may answer, by who did")
        .tag("from", from)
        .register(meters);
  }

  /** Reads everything from the primary. */
  public static Replicas none(Database primary) {
    return new Replicas(primary, null, null);
  }

  /**
   * Where reads may go.
   *
   * @param position how far the primary's log has come, asked after the read was
   * @param awayUntil by the clock of {@link System#nanoTime}
   */
  private record Source(
      Database replicas,
      SharedAnswer<Long> position,
      Duration patience,
      Counter fromReplica,
      Counter fromPrimary,
      AtomicLong awayUntil) {

    boolean isAway() {
      var until = awayUntil.get();
      return until != Long.MIN_VALUE && System.nanoTime() - until < 0;
    }

    /** Nobody else waits for it now. */
    void failed() {
      awayUntil.set(System.nanoTime() + AFTER_FAILURE.toNanos());
    }

    Database asNewAs(long position) {
      return replicas.guardedBy(connection -> caughtUp(connection, position));
    }

    private Mono<Void> caughtUp(Connection connection, long position) {
      return Mono.defer(() -> replayed(connection))
          .repeatWhen(looks -> looks.delayElements(BETWEEN_LOOKS))
          .filter(replayed -> replayed >= position)
          .next()
          .timeout(patience, Mono.error(Behind::new))
          .then();
    }

    private static Mono<Long> replayed(Connection connection) {
      return Flux.from(connection.createStatement(REPLAYED).execute())
          .concatMap(result -> result.map(row -> Rows.required(row, "lsn", Long.class)))
          .next();
    }
  }

  /** A replica has not come as far as it has to. */
  private static final class Behind extends RuntimeException {
    private static final long serialVersionUID = 1;

    Behind() {
      super("the replica is behind", null, false, false);
    }
  }

  /** The first row of a statement that only reads; empty when it gives none. */
  public <T> Mono<T> queryOne(String sql, Consumer<Statement> bind, Function<Readable, T> row) {
    return query(sql, bind, row).filter(rows -> !rows.isEmpty()).map(List::getFirst);
  }

  /** All rows of a statement that only reads. */
  public <T> Mono<List<T>> query(String sql, Consumer<Statement> bind, Function<Readable, T> row) {
    var replicas = source;
    if (replicas == null) {
      return primary.query(sql, bind, row);
    }
    var fromPrimary =
        Mono.defer(() -> primary.query(sql, bind, row))
            .doOnNext(_ -> replicas.fromPrimary().increment());
    if (replicas.isAway()) {
      return fromPrimary;
    }
    return replicas
        .position()
        .get()
        .flatMap(
            position ->
                replicas
                    .asNewAs(position)
                    .query(sql, bind, row)
                    .doOnNext(_ -> replicas.fromReplica().increment())
                    .onErrorResume(Behind.class, _ -> fromPrimary)
                    .onErrorResume(
                        Replicas::isAway,
                        _ -> {
                          replicas.failed();
                          return fromPrimary;
                        }));
  }

  private static boolean isAway(Throwable failed) {
    return failed instanceof ApiException api && api.status() == 503;
  }

  @Override
  public void destroy() {
    if (pool != null) {
      pool.dispose();
    }
  }
}
