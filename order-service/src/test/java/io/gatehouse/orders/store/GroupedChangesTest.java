package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand.Pay;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.reads.Verification;
import io.gatehouse.store.Rows;
import io.gatehouse.testing.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes of orders that share a transaction share neither a fate nor a wait. */
class GroupedChangesTest {
  private static final TestPostgres.Database POSTGRES = MigratedPostgres.newDatabase();
  private static final Address ADDRESS =
      new Address("Ada Lovelace", "Main St 1", null, "London", null, "GB");

  private final HeldStore held = new HeldStore(POSTGRES);
  private final List<CompletableFuture<Appended>> ahead = new ArrayList<>();

  /** An order as it was placed. */
  private record Placed(UUID id, Order order) {}

  @AfterEach
  void close() {
    held.close();
  }

  @Test
  void changesThatWaitTogether_shareOneTransaction_andTheirChainsHold() {
    var orders = IntStream.range(0, 5).mapToObj(_ -> place("ada")).toList();
    hold();
    var payments = orders.stream().map(order -> pay(order, null)).toList();

    held.release();

    var ids = payments.stream().map(HeldStore::done).toArray(UUID[]::new);
    assertThat(ids).containsExactlyElementsOf(orders.stream().map(Placed::id).toList());
    assertThat(held.transactions(2, ids)).isEqualTo(1);
    assertThat(
            held.transactions(
                2, HeldStore.done(ahead.get(0)), HeldStore.done(ahead.get(1)), ids[0]))
        .isEqualTo(3);
    for (var order : orders) {
      assertSound(order, 2);
      assertThat(view(order)).isEqualTo("ada PAID 2 t");
    }
  }

  @Test
  void orderThatSomebodyHolds_keepsNobodyElseWaiting() throws SQLException {
    var taken = place("ada");
    var free = place("ada");
    var later = place("ada");
    try (var other = held.session();
        var lock =
            other.prepareStatement("select from streams where order_id = ?::uuid for share")) {
      other.setAutoCommit(false);
      lock.setString(1, taken.id().toString());
      lock.execute();
      hold();
      var waits = pay(taken, null);
      var goesOn = pay(free, null);

      held.release();

      HeldStore.done(goesOn);
      HeldStore.done(pay(later, null));
      assertThat(waits).isNotDone();
      other.commit();
      HeldStore.done(waits);
    }
    assertSound(taken, 2);
  }

  @Test
  void orderThatIsPaidForTwice_isPaidForOnce() {
    var order = place("ada");
    var another = place("ada");
    hold();
    var first = pay(order, null);
    var second = pay(order, null);
    var stranger = pay(another, null);

    held.release();

    assertThat(held.transactions(2, HeldStore.done(first), HeldStore.done(stranger))).isEqualTo(1);
    assertThat(HeldStore.answered(second)).isInstanceOf(Appended.Conflict.class);
    assertSound(order, 2);
  }

  @Test
  void repeatThatWaitsWithItsFirst_isAnsweredAlike() {
    var order = place("ada");
    var another = place("ada");
    var last = place("ada");
    var key = key();
    hold();
    var first = pay(order, key);
    var repeat = pay(order, key);
    var reused = pay(another, key);
    var stranger = pay(last, key());

    held.release();

    assertThat(held.transactions(2, HeldStore.done(first), HeldStore.done(stranger))).isEqualTo(1);
    for (var later : List.of(repeat, reused)) {
      assertThat(HeldStore.answered(later))
          .isEqualTo(
              new Appended.Answered(
                  new RequestKey.Answer("same", 200, List.of(order.id()), List.of(2))));
    }
    assertSound(order, 2);
    assertSound(another, 1);
  }

  @Test
  void keyThatSomebodyWorksOn_isRefusedAlone() throws SQLException {
    var order = place("ada");
    var another = place("ada");
    var key = key();
    try (var other = held.session();
        var lock =
            other.prepareStatement(
                "select pg_advisory_lock(hashtextextended('ada' || chr(31) || ?, 1))")) {
      lock.setString(1, key.key());
      lock.execute();
      hold();
      var refused = pay(order, key);
      var goesOn = pay(another, key());

      held.release();

      assertThat(HeldStore.answered(refused)).isInstanceOf(Appended.InProgress.class);
      HeldStore.done(goesOn);
    }
    assertSound(order, 1);
  }

  @Test
  void otherVersionOrNoOrder_isRefusedAlone() {
    var stale = place("ada");
    HeldStore.done(pay(stale, null));
    var good = place("ada");
    var nowhere = new Placed(UUID.randomUUID(), stale.order());
    hold();
    var refused = List.of(pay(stale, key()), pay(nowhere, key()));
    var goesOn = pay(good, key());

    held.release();

    assertThat(refused)
        .allSatisfy(
            one -> assertThat(HeldStore.answered(one)).isInstanceOf(Appended.Conflict.class));
    HeldStore.done(goesOn);
    assertSound(stale, 2);
    assertSound(good, 2);
  }

  @Test
  void changeThatTheDatabaseCannotTake_failsAlone() {
    var orders = IntStream.range(0, 3).mapToObj(_ -> place("ada")).toList();
    hold();
    var before = pay(orders.get(0), null);
    var broken = pay(orders.get(1), null, "a NUL \0 that PostgreSQL refuses");
    var after = pay(orders.get(2), null);

    held.release();

    assertThatThrownBy(broken::join).isInstanceOf(CompletionException.class);
    assertThat(held.transactions(2, HeldStore.done(before), HeldStore.done(after))).isEqualTo(2);
    assertSound(orders.get(1), 1);
  }

  @Test
  void lostRowOfTheView_comesBack() throws SQLException {
    var lost = place("ada");
    var kept = place("bob");
    held.execute("delete from order_view where order_id = ?::uuid", lost.id().toString());
    hold();
    var payments = List.of(pay(lost, null), pay(kept, null));

    held.release();

    payments.forEach(HeldStore::done);
    assertThat(view(lost)).isEqualTo("ada PAID 2 t");
    assertThat(view(kept)).isEqualTo("bob PAID 2 t");
  }

  /** A clock that was set back, or another machine's after a failover. */
  @Test
  void timeOfAnOrder_neverGoesBack() throws SQLException {
    var late = place("ada");
    var usual = place("ada");
    held.execute(
        "update streams set last_at = '2100-01-01 00:00:00Z' where order_id = ?::uuid",
        late.id().toString());
    hold();
    var payments = List.of(pay(late, null), pay(usual, null));

    held.release();

    payments.forEach(HeldStore::done);
    assertThat(
            text(
                """
                select (at at time zone 'UTC')::text as t from events where version = 2 and order_id = $1
                """,
                late))
        .isEqualTo("2100-01-01 00:00:00.000001");
    assertSound(usual, 2);
  }

  @Test
  void erasedCustomersData_isLeftAlone() throws SQLException {
    var customer = UUID.randomUUID().toString();
    var key = HeldStore.join(held.keys.forNewOrder(customer));
    var sealed = place(customer, key);
    var another = place("ada");
    var address = "select data as t from events where version = 1 and order_id = $1";
    var before = text(address, sealed);
    assertThat(before).contains("sealed");
    held.execute("select close_customer(?)", customer);
    var row =
        "select c::text as t from customers c join streams s using (customer_id) where order_id = $1";
    var closed = text(row, sealed);
    hold();
    var payments = List.of(pay(sealed, null), pay(another, null));

    held.release();

    payments.forEach(HeldStore::done);
    assertThat(text(row, sealed)).isEqualTo(closed);
    assertThat(text(address, sealed)).isEqualTo(before);
    assertThat(
            text(
                """
                select v.body || e.data as t from order_view v join events e using (order_id, version)
                where order_id = $1
                """,
                sealed))
        .doesNotContain("sealed", "Lovelace");
    assertSound(sealed, 2);
  }

  /** Two calls are under way from here on; whatever is asked next waits for them together. */
  private void hold() {
    var orders = List.of(place("ahead"), place("ahead"));
    held.hold();
    orders.forEach(order -> ahead.add(pay(order, null)));
  }

  private Placed place(String customer) {
    return place(customer, null);
  }

  private Placed place(String customer, @Nullable CustomerKey key) {
    var id = UUID.randomUUID();
    var command = new Place(customer, "EUR", List.of(new Item("s", "n", 1, 1)), ADDRESS);
    var change = HeldStore.change(id, 0, Order.blank(), command, key);
    HeldStore.done(held.store.place(change, actor("req"), null).toFuture());
    return new Placed(id, change.after());
  }

  private CompletableFuture<Appended> pay(Placed order, @Nullable RequestKey key) {
    return pay(order, key, "req");
  }

  private CompletableFuture<Appended> pay(
      Placed order, @Nullable RequestKey key, String requestId) {
    var change = HeldStore.change(order.id(), 1, order.order(), new Pay("CARD", "r-1"), null);
    return held.store.append(List.of(change), actor(requestId), key, 200).toFuture();
  }

  private static Actor actor(String requestId) {
    return new Actor("ada", "cli", "USER", requestId, "Test");
  }

  private static RequestKey key() {
    return new RequestKey("ada", UUID.randomUUID().toString(), List.of("same"));
  }

  private void assertSound(Placed order, int versions) {
    var report = HeldStore.join(new Verification(held.database).of(order.id()));
    assertThat(report.valid()).isTrue();
    assertThat(report.versions()).isEqualTo(versions);
  }

  private String view(Placed order) {
    return text(
        """
        select concat_ws(' ', v.customer_id, v.status, v.version,
            v.placed_at = f.at and v.updated_at = l.at and v.updated_at > v.placed_at) as t
        from order_view v
        join events f on f.order_id = v.order_id and f.version = 1
        join events l on l.order_id = v.order_id and l.version = v.version
        where v.order_id = $1
        """,
        order);
  }

  private String text(String sql, Placed order) {
    return HeldStore.join(
        held.database.queryOne(
            sql, statement -> statement.bind("$1", order.id()), row -> Rows.text(row, "t")));
  }
}
