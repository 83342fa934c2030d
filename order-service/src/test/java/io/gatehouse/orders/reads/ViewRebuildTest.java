package io.gatehouse.orders.reads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand;
import io.gatehouse.orders.domain.OrderCommand.ChangeItems;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.reads.ViewRebuild.Report;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.Appended.Done;
import io.gatehouse.orders.store.Change;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.DataKeys;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.MigratedPostgres;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.testing.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A view that is rebuilt while orders change never shows an older state than before. */
class ViewRebuildTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Actor ACTOR = new Actor("ada", "cli", "USER", "req-1", "Test");

  private final TestPostgres.Database postgres = MigratedPostgres.newDatabase();
  private final ConnectionPool pool = MigratedPostgres.pool(postgres, 8);
  private final Database database = new Database(pool);
  private final CustomerKeys keys = new CustomerKeys(database, new DataKeys(List.of(new byte[32])));
  private final EventStore store = new EventStore(database, keys);
  private final ViewRebuild rebuild =
      new ViewRebuild(store, new OrderList(database, keys), database);

  @AfterEach
  void close() {
    pool.dispose();
  }

  /**
   * A writer of another session has changed stream and view, and has not committed: the rebuild has
   * read the version before, and comes to write it while the writer's row is locked.
   */
  @Test
  void rebuild_leavesTheNewerRow_whenAWriterCommitsBeneathIt() throws SQLException {
    var id = place();
    try (var writer = connection()) {
      writer.setAutoCommit(false);
      execute(writer, "update streams set version = 2 where order_id = '" + id + "'");
      execute(
          writer,
          "insert into events select order_id, 2, position + 1, pg_current_xact_id(),"
              + " 'OrderPaid', 1, at, subject, client, role, request_id, causation,"
              + " '{\"method\":\"card\"}', hash from events where order_id = '"
              + id
              + "'");
      execute(
          writer,
          "update order_view set version = 2, status = 'PAID' where order_id = '" + id + "'");
      var rebuilt = rebuild.rebuild().toFuture();
      await().atMost(LONG).until(this::someoneWaitsForALock);

      writer.commit();
      rebuilt.orTimeout(60, TimeUnit.SECONDS).join();
    }

    assertThat(text("select version || status from order_view")).isEqualTo("2PAID");
  }

  @Test
  void rebuilds_besideWriters_leaveEveryRowAtItsStreamsVersion() {
    var orders = IntStream.range(0, 8).mapToObj(_ -> place()).toList();
    var done = new AtomicBoolean();
    var writers =
        Flux.fromIterable(orders)
            .flatMap(order -> change(order).repeat(() -> !done.get()).then())
            .then()
            .toFuture();

    for (var i = 0; i < 30; i++) {
      rebuild.rebuild().block(LONG);
    }
    done.set(true);
    writers.join();

    assertThat(
            text(
                "select count(*) from streams s left join order_view v using (order_id)"
                    + " where v.version is distinct from s.version"))
        .isEqualTo("0");
    assertThat(report(rebuild.check()).wrong()).isZero();
  }

  @Test
  void check_tellsARowThatIsBehindItsStream() {
    var id = place();
    change(id).block(LONG);
    sql("update order_view set version = 1");

    var report = report(rebuild.check());

    assertThat(report.wrong()).isOne();
    assertThat(report.examples()).containsExactly(id);
  }

  private UUID place() {
    var id = UUID.randomUUID();
    var place = new Place("ada", "EUR", List.of(new Item("s", "n", 1, 1)), null);
    assertThat(append(id, 0, Order.blank(), place).block(LONG)).isTrue();
    return id;
  }

  /** One more change of what the order is just now, while its history is not full. */
  private Mono<Boolean> change(UUID id) {
    return store
        .load(id, EventStore.MAX_VERSION)
        .map(History::fold)
        .filter(now -> now.version() < EventStore.MAX_EVENTS)
        .flatMap(
            now ->
                append(
                    id,
                    now.version(),
                    now.order(),
                    new ChangeItems(List.of(new Item("s", "n", 1 + now.version(), 1)))));
  }

  private Mono<Boolean> append(UUID id, int version, Order before, OrderCommand command) {
    var events = ((Accepted) Order.decide(before, command)).events();
    var after = Order.evolve(before, events.getFirst());
    return store
        .append(List.of(new Change(id, version, events, after, null)), ACTOR, null, 200)
        .map(Done.class::isInstance);
  }

  private boolean someoneWaitsForALock() {
    return text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'").equals("1");
  }

  private static Report report(Mono<Report> run) {
    return run.blockOptional(LONG).orElseThrow();
  }

  private String text(String sql) {
    return database
        .queryOne("select (" + sql + ")::text as value", _ -> {}, row -> Rows.text(row, "value"))
        .blockOptional(LONG)
        .orElseThrow();
  }

  private void sql(String sql) {
    try (var connection = connection()) {
      execute(connection, sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connection() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }
}
