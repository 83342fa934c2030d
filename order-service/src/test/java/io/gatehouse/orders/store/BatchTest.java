package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand.ChangeItems;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.store.Appended.Conflict;
import io.gatehouse.orders.store.Appended.Done;
import io.gatehouse.store.Database;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Changes of several orders at once happen to all of them or to none, and never lock each other,
 * nor those of one order.
 */
class BatchTest {
  private static final Actor ACTOR = new Actor("ada", "cli", "USER", "req-1", "Test");
  private static final int BATCHES = 200;
  private static final int AT_ONCE = 8;

  private final EventStore store = store();
  private final List<UUID> orders = Stream.generate(UUID::randomUUID).limit(3).sorted().toList();

  @Test
  void batchesOverTheSameOrders_areAllOrNothing_andNeverDeadlock() {
    for (var order : orders) {
      var placed = new Place("ada", "EUR", List.of(new Item("s", "n", 1, 1)), null);
      assertThat(append(List.of(HeldStore.change(order, 0, Order.blank(), placed, null))).block())
          .isInstanceOf(Done.class);
    }

    var outcomes =
        Flux.range(1, BATCHES)
            .flatMap(this::changeSomeOfThem, AT_ONCE)
            .collectList()
            .block(Duration.ofMinutes(1));

    assertThat(outcomes)
        .hasSize(BATCHES)
        .hasAtLeastOneElementOfType(Done.class)
        .hasAtLeastOneElementOfType(Conflict.class)
        .allMatch(outcome -> outcome instanceof Done || outcome instanceof Conflict);
    var written =
        outcomes.stream()
            .filter(Done.class::isInstance)
            .mapToInt(outcome -> ((Done) outcome).heads().size())
            .sum();
    var events = orders.stream().mapToLong(order -> state(order).version()).sum();
    assertThat(events).isEqualTo(orders.size() + written);
  }

  /**
   * Each pair of the three in turn, in ascending order, from what the orders are just now; every
   * fourth time one of them alone.
   */
  private Mono<Appended> changeSomeOfThem(int n) {
    var some =
        orders.stream().filter(order -> order != orders.get(n % 3)).limit(n % 4 == 0 ? 1 : 2);
    return Flux.fromStream(some)
        .concatMap(order -> store.load(order, null))
        .map(
            history ->
                HeldStore.change(
                    history.orderId(),
                    history.version(),
                    history.fold().order(),
                    new ChangeItems(List.of(new Item("s", "n", n, 1))),
                    null))
        .collectList()
        .flatMap(this::append);
  }

  private Mono<Appended> append(List<Change> changes) {
    return store.append(changes, ACTOR, null, 200);
  }

  private OrderState state(UUID order) {
    return store.load(order, null).map(History::fold).blockOptional().orElseThrow();
  }

  private static EventStore store() {
    var pool = MigratedPostgres.pool(MigratedPostgres.newDatabase(), AT_ONCE);
    var database = new Database(pool);
    return new EventStore(
        database, new CustomerKeys(database, new DataKeys(List.of(new byte[32]))));
  }
}
