package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.uuid.Generators;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand.Place;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Orders that share a transaction do not share a fate. The only connection is held, so that
 * whatever is placed meanwhile waits together: two calls first, all others in the next.
 */
class GroupedPlacementsTest {
  private static final TestPostgres.Database POSTGRES = MigratedPostgres.newDatabase();
  private static final Duration SOON = Duration.ofSeconds(20);

  private final ConnectionPool pool = MigratedPostgres.pool(POSTGRES, 1);
  private final Database database = new Database(pool);
  private final CustomerKeys keys = new CustomerKeys(database, new DataKeys(List.of(new byte[32])));
  private final EventStore store = new EventStore(database, keys);
  private final List<CompletableFuture<Appended>> ahead = new ArrayList<>();
  private Connection held;

  @BeforeEach
  void hold() {
    held = join(pool.create());
    ahead.add(place("ahead", null, "req"));
    ahead.add(place("ahead", null, "req"));
  }

  @AfterEach
  void close() {
    pool.dispose();
  }

  @Test
  void ordersThatWaitTogether_shareOneTransaction() {
    var orders = IntStream.range(0, 5).mapToObj(_ -> place("ada", null, "req")).toList();

    release();

    var ids = orders.stream().map(GroupedPlacementsTest::placed).toArray(UUID[]::new);
    assertThat(transactions(ids)).isEqualTo(1);
    assertThat(transactions(placed(ahead.get(0)), placed(ahead.get(1)), ids[0])).isEqualTo(3);
  }

  @Test
  void orderThatTheDatabaseCannotTake_failsAlone() {
    var before = place("ada", null, "req");
    var broken = place("ada", null, "a NUL \0 that PostgreSQL refuses");
    var after = place("ada", null, "req");

    release();

    assertThatThrownBy(broken::join).isInstanceOf(CompletionException.class);
    assertThat(transactions(placed(before), placed(after))).isEqualTo(2);
  }

  @Test
  void repeatThatWaitsWithItsFirst_isTheSameOrder() {
    var key = new RequestKey("ada", UUID.randomUUID().toString(), List.of("same"));
    var first = place("ada", key, "req");
    var repeat = place("ada", key, "req");
    var stranger = place("bob", null, "req");

    release();

    assertThat(repeat.join())
        .isInstanceOfSatisfying(
            Appended.Answered.class,
            answered -> assertThat(answered.answer().orderIds()).containsExactly(placed(first)));
    assertThat(transactions(placed(first), placed(stranger))).isEqualTo(1);
  }

  @Test
  void customerWhoIsGone_isRefusedAlone() throws SQLException {
    var gone = UUID.randomUUID().toString();
    close(gone);
    var refused = place(gone, null, "req");
    var other = place("ada", null, "req");

    release();

    assertThat(refused.join()).isInstanceOf(Appended.CustomerGone.class);
    placed(other);
  }

  @Test
  void oneTooMany_isTurnedAwayAtOnce() {
    IntStream.range(0, 2_000).forEach(_ -> place("ada", null, "req"));

    var oneTooMany = place("ada", null, "req");

    assertThat(oneTooMany).isCompletedExceptionally();
    assertThat(oneTooMany.exceptionNow())
        .isInstanceOfSatisfying(
            ApiException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.name()));
  }

  private static void close(String customer) throws SQLException {
    try (var connection =
            DriverManager.getConnection(POSTGRES.jdbcUrl(), POSTGRES.user(), POSTGRES.password());
        var sql = connection.prepareStatement("select close_customer(?)")) {
      sql.setString(1, customer);
      sql.execute();
    }
  }

  private void release() {
    Mono.from(held.close()).block(SOON);
  }

  private CompletableFuture<Appended> place(
      String customer, @Nullable RequestKey key, String requestId) {
    var command = new Place(customer, "EUR", List.of(new Item("s", "n", 1, 1)), null);
    var events = ((Accepted) Order.decide(Order.blank(), command)).events();
    var order = Order.evolve(Order.blank(), events.getFirst());
    var change =
        new Change(Generators.timeBasedEpochGenerator().generate(), 0, events, order, null);
    var actor = new Actor(customer, "cli", "USER", requestId, "PlaceOrder");
    return store.place(change, actor, key).toFuture();
  }

  private static UUID placed(CompletableFuture<Appended> order) {
    return ((Appended.Done) order.orTimeout(20, TimeUnit.SECONDS).join())
        .heads()
        .getFirst()
        .orderId();
  }

  private long transactions(UUID... orders) {
    return join(
        database.queryOne(
            "select count(distinct xid) as n from events where order_id = any ($1)",
            statement -> statement.bind("$1", orders),
            row -> Rows.required(row, "n", Long.class)));
  }

  private static <T> T join(Publisher<? extends T> publisher) {
    return Rows.required(Mono.<T>from(publisher).block(SOON));
  }
}
