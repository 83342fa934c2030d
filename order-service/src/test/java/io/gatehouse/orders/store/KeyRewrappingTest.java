package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.store.Database;
import io.gatehouse.testing.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.pool.ConnectionPool;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The data encryption key is replaced while orders are placed and read. */
class KeyRewrappingTest {
  private static final Actor ACTOR = new Actor("ada", "cli", "USER", "req-1", "Test");
  private static final Address ADDRESS = new Address("Ada", "Street 1", null, "London", null, "GB");
  private static final byte[] OLD = CustomerKey.random(32);
  private static final byte[] NEW = CustomerKey.random(32);

  private static final Duration REST = Duration.ofMinutes(1);

  private final TestPostgres.Database postgres = MigratedPostgres.newDatabase();
  private final ConnectionPool pool = MigratedPostgres.pool(postgres, 4);
  private final Database database = new Database(pool);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final DataKeys changing = new DataKeys(List.of(NEW, OLD));
  private Connection sql;

  @BeforeEach
  void connect() throws SQLException {
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), postgres.password());
  }

  @AfterEach
  void close() throws SQLException {
    sql.close();
    pool.dispose();
  }

  @Test
  void allCustomersKeys_areWrappedByTheNewOne_afterAWalk() throws SQLException {
    var before = new DataKeys(List.of(OLD));
    var order = place(before, "ada");
    // More than two pages.
    var others = IntStream.range(0, 1_100).mapToObj(n -> "customer-" + n).toList();
    insert(others, before);
    assertThat(address(changing, order)).isEqualTo(ADDRESS);
    var rewrapping = new KeyRewrapping(database, changing, meters);
    assertThat(others()).isNaN();

    walk(rewrapping);
    assertThat(others()).isPositive();
    walk(rewrapping);
    assertThat(others()).isZero();

    var after = new DataKeys(List.of(NEW));
    assertThat(address(after, order)).isEqualTo(ADDRESS);
    for (var customer : others) {
      assertThat(after.unwrap(HexFormat.of().parseHex(wrapped(customer)), customer)).hasSize(32);
    }
  }

  private void insert(List<String> customers, DataKeys keys) throws SQLException {
    try (var insert = sql.prepareStatement("insert into customers values (?, ?, null)")) {
      for (var customer : customers) {
        insert.setString(1, customer);
        insert.setBytes(2, keys.wrap(CustomerKey.random(32), customer));
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  @Test
  void keyThatIsDestroyedMeanwhile_staysSo() throws SQLException {
    var order = place(new DataKeys(List.of(OLD)), "ada");
    sql.setAutoCommit(false);
    execute("select close_customer('ada')");
    var walk = new KeyRewrapping(database, changing, meters).pollOnce().toFuture();
    await().until(() -> count("select count(*) from pg_locks where not granted") > 0);

    sql.commit();

    assertThat(walk).succeedsWithin(Duration.ofMinutes(1));
    sql.setAutoCommit(true);
    assertThat(count("select count(*) from customers where wrapped_key is not null")).isZero();
    assertThat(address(changing, order)).isNull();
  }

  @Test
  void keyThatNoneUnwraps_isLeftAlone_andTheOthersGoOn() throws SQLException {
    place(new DataKeys(List.of(CustomerKey.random(32))), "a stranger");
    place(new DataKeys(List.of(OLD)), "somebody");
    var lost = wrapped("a stranger");

    walk(new KeyRewrapping(database, changing, meters));

    assertThat(others()).isEqualTo(1);
    assertThat(wrapped("a stranger")).isEqualTo(lost);
  }

  @Test
  void withOneKey_nothingIsWalked_norToldOf() {
    var one = new KeyRewrapping(database, new DataKeys(List.of(NEW)), meters);

    assertThat(one.isAutoStartup()).isFalse();
    assertThat(meters.find("gatehouse.data.keys.others").gauge()).isNull();
  }

  /** Through all customers, a page again when it failed: only the end of a walk is rested after. */
  private static void walk(KeyRewrapping rewrapping) {
    await()
        .until(
            () -> rewrapping.pollOnce().onErrorReturn(Duration.ZERO).block().compareTo(REST) >= 0);
  }

  private UUID place(DataKeys dataKeys, String customer) {
    var keys = new CustomerKeys(database, dataKeys);
    var command = new Place(customer, "EUR", List.of(new Item("s", "n", 1, 1)), ADDRESS);
    var events = ((Accepted) Order.decide(Order.blank(), command)).events();
    var order = Order.evolve(Order.blank(), events.getFirst());
    var key = keys.forNewOrder(customer).block();
    var change = new Change(UUID.randomUUID(), 0, events, order, key);
    assertThat(new EventStore(database, keys).append(List.of(change), ACTOR, null, 201).block())
        .isInstanceOf(Appended.Done.class);
    return change.orderId();
  }

  private Address address(DataKeys dataKeys, UUID order) {
    return new EventStore(database, new CustomerKeys(database, dataKeys))
        .load(order, null)
        .map(history -> history.fold().order().contentsOrThrow())
        .blockOptional()
        .orElseThrow()
        .shippingAddress();
  }

  private double others() {
    return meters.get("gatehouse.data.keys.others").gauge().value();
  }

  private void execute(String statement) throws SQLException {
    try (var running = sql.createStatement()) {
      running.execute(statement);
    }
  }

  private long count(String query) throws SQLException {
    try (var running = sql.createStatement();
        var rows = running.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private String wrapped(String customer) throws SQLException {
    try (var running =
        sql.prepareStatement(
            "select encode(wrapped_key, 'hex') from customers where customer_id = ?")) {
      running.setString(1, customer);
      try (var rows = running.executeQuery()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }
}
