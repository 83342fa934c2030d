package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.uuid.Generators;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand.Place;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Orders that share a transaction do not share a fate. */
class GroupedPlacementsTest {
  private static final TestPostgres.Database POSTGRES = MigratedPostgres.newDatabase();

  private final HeldStore held = new HeldStore(POSTGRES);
  private final List<CompletableFuture<Appended>> ahead = new ArrayList<>();

  @BeforeEach
  void hold() {
    held.hold();
    ahead.add(place("ahead", null, "req"));
    ahead.add(place("ahead", null, "req"));
  }

  @AfterEach
  void close() {
    held.close();
  }

  @Test
  void ordersThatWaitTogether_shareOneTransaction() {
    var orders = IntStream.range(0, 5).mapToObj(_ -> place("ada", null, "req")).toList();

    held.release();

    var ids = orders.stream().map(HeldStore::done).toArray(UUID[]::new);
    assertThat(held.transactions(1, ids)).isEqualTo(1);
    assertThat(
            held.transactions(
                1, HeldStore.done(ahead.get(0)), HeldStore.done(ahead.get(1)), ids[0]))
        .isEqualTo(3);
  }

  @Test
  void orderThatTheDatabaseCannotTake_failsAlone() {
    var before = place("ada", null, "req");
    var broken = place("ada", null, "a NUL \0 that PostgreSQL refuses");
    var after = place("ada", null, "req");

    held.release();

    assertThatThrownBy(broken::join).isInstanceOf(CompletionException.class);
    assertThat(held.transactions(1, HeldStore.done(before), HeldStore.done(after))).isEqualTo(2);
  }

  @Test
  void repeatThatWaitsWithItsFirst_isTheSameOrder() {
    var key = new RequestKey("ada", UUID.randomUUID().toString(), List.of("same"));
    var first = place("ada", key, "req");
    var repeat = place("ada", key, "req");
    var stranger = place("bob", null, "req");

    held.release();

    assertThat(repeat.join())
        .isInstanceOfSatisfying(
            Appended.Answered.class,
            answered ->
                assertThat(answered.answer().orderIds()).containsExactly(HeldStore.done(first)));
    assertThat(held.transactions(1, HeldStore.done(first), HeldStore.done(stranger))).isEqualTo(1);
  }

  @Test
  void customerWhoIsGone_isRefusedAlone() throws SQLException {
    var gone = UUID.randomUUID().toString();
    held.execute("select close_customer(?)", gone);
    var refused = place(gone, null, "req");
    var other = place("ada", null, "req");

    held.release();

    assertThat(refused.join()).isInstanceOf(Appended.CustomerGone.class);
    HeldStore.done(other);
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

  private CompletableFuture<Appended> place(
      String customer, @Nullable RequestKey key, String requestId) {
    var command = new Place(customer, "EUR", List.of(new Item("s", "n", 1, 1)), null);
    var id = Generators.timeBasedEpochGenerator().generate();
    var change = HeldStore.change(id, 0, Order.blank(), command, null);
    var actor = new Actor(customer, "cli", "USER", requestId, "PlaceOrder");
    return held.store.place(change, actor, key).toFuture();
  }
}
