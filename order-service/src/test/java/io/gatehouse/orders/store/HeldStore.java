package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.gatehouse.testing.TestPostgres;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * A store whose connections can be held, so that what is asked meanwhile waits together: two calls
 * first, all others in the next.
 */
final class HeldStore implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int CONNECTIONS = 2;

  private final TestPostgres.Database postgres;
  private final ConnectionPool pool;
  private final List<Connection> held = new ArrayList<>();
  final Database database;
  final CustomerKeys keys;
  final EventStore store;

  HeldStore(TestPostgres.Database postgres) {
    this.postgres = postgres;
    this.pool = MigratedPostgres.pool(postgres, CONNECTIONS);
    this.database = new Database(pool);
    this.keys = new CustomerKeys(database, new DataKeys(List.of(new byte[32])));
    this.store = new EventStore(database, keys);
  }

  void hold() {
    while (held.size() < CONNECTIONS) {
      held.add(join(pool.create()));
    }
  }

  void release() {
    held.forEach(connection -> Mono.from(connection.close()).block(SOON));
    held.clear();
  }

  @Override
  public void close() {
    pool.dispose();
  }

  /** In how many transactions these versions were written. */
  long transactions(int version, UUID... orders) {
    return join(
        database.queryOne(
            "select count(distinct xid) as n from events where version = $1 and order_id = any ($2)",
            statement -> statement.bind("$1", version).bind("$2", orders),
            row -> Rows.required(row, "n", Long.class)));
  }

  /** What the owner's session sees and may do, beside the store's. */
  java.sql.Connection session() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  void execute(String sql, String parameter) throws SQLException {
    try (var connection = session();
        var statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      statement.execute();
    }
  }

  /** One command on what the order is. */
  static Change change(
      UUID id, int version, Order before, OrderCommand command, @Nullable CustomerKey key) {
    var events = ((Accepted) Order.decide(before, command)).events();
    return new Change(id, version, events, Order.evolve(before, events.getFirst()), key);
  }

  /** The order that was written. */
  static UUID done(CompletableFuture<Appended> order) {
    return ((Appended.Done) answered(order)).heads().getFirst().orderId();
  }

  static Appended answered(CompletableFuture<Appended> order) {
    return order.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join();
  }

  static <T> T join(Publisher<? extends T> publisher) {
    return Rows.required(Mono.<T>from(publisher).block(SOON));
  }
}
