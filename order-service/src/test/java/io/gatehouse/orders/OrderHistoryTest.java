package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Decision.Accepted;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderCommand;
import io.gatehouse.orders.domain.OrderCommand.Cancel;
import io.gatehouse.orders.domain.OrderCommand.ChangeItems;
import io.gatehouse.orders.domain.OrderCommand.Deliver;
import io.gatehouse.orders.domain.OrderCommand.Erase;
import io.gatehouse.orders.domain.OrderCommand.Pay;
import io.gatehouse.orders.domain.OrderCommand.Place;
import io.gatehouse.orders.domain.OrderCommand.Ship;
import io.gatehouse.orders.reads.OrderList;
import io.gatehouse.orders.reads.OrderRow;
import io.gatehouse.orders.reads.Verification;
import io.gatehouse.orders.reads.ViewRebuild;
import io.gatehouse.orders.store.Actor;
import io.gatehouse.orders.store.Appended.Done;
import io.gatehouse.orders.store.Change;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.DataKeys;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.MigratedPostgres;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.store.Database;
import io.gatehouse.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Whatever happens to orders: the past is the fold of its events, and the view is too. */
class OrderHistoryTest {
  private static final TestPostgres.Database POSTGRES = MigratedPostgres.newDatabase();
  private static final Database DATABASE = new Database(MigratedPostgres.pool(POSTGRES, 4));
  private static final CustomerKeys KEYS =
      new CustomerKeys(DATABASE, new DataKeys(List.of(new byte[32])));
  private static final EventStore STORE = new EventStore(DATABASE, KEYS);
  private static final OrderList VIEW = new OrderList(DATABASE, KEYS);
  private static final ViewRebuild REBUILD = new ViewRebuild(STORE, VIEW, DATABASE);
  private static final Verification VERIFICATION = new Verification(DATABASE);
  private static final Actor ACTOR = new Actor("ada", "cli", "USER", "req-1", "Test");

  @Property(tries = 25)
  void everyVersion_isTheFoldOfItsEvents_andTheViewIsTheLast(
      @ForAll("commands") List<OrderCommand> commands) {
    var states = happen(commands);
    var id = states.getLast().id();

    for (var state : states) {
      assertThat(join(STORE.load(id, state.version())).fold()).isEqualTo(state);
      assertThat(join(STORE.loadAsOf(id, state.updatedAt())).fold()).isEqualTo(state);
    }
    assertThat(join(VIEW.find(id))).isEqualTo(OrderRow.of(states.getLast()));
    assertThat(states).extracting(OrderState::updatedAt).doesNotHaveDuplicates().isSorted();
    assertThat(join(VERIFICATION.of(id)).valid()).isTrue();
  }

  @Property(tries = 12)
  void rebuiltView_isTheLiveView_whateverHadBecomeOfIt(
      @ForAll("commands") List<OrderCommand> commands, @ForAll("damage") String damage)
      throws SQLException {
    var live = happen(commands).getLast();
    sql(damage.formatted(live.id()));
    assertThat(join(REBUILD.check()).examples()).contains(live.id());

    join(REBUILD.rebuild());

    assertThat(join(VIEW.find(live.id()))).isEqualTo(OrderRow.of(live));
    var report = join(REBUILD.check());
    assertThat(report.wrong()).isZero();
    assertThat(report.strangers()).isZero();
  }

  @Test
  void rebuild_removesStrangers_andNamesWhatCannotBeFolded_whileTheOthersGoOn()
      throws SQLException {
    var place = new Place("ada", "EUR", List.of(new Item("s", "n", 1, 1)), null);
    var broken = happen(List.of(place, new Pay("card", "r"))).getLast();
    var lost = happen(List.of(place)).getLast();
    sql(
        "update events set type = 'OrderFoo' where version = 2 and order_id = '"
            + broken.id()
            + "'");
    sql("delete from order_view where order_id = '" + lost.id() + "'");
    sql(
        "insert into order_view values (gen_random_uuid(), 'ada', 'PLACED', 1, now(), now(),"
            + " '{}')");

    var report = join(REBUILD.rebuild());

    assertThat(report.strangers()).isOne();
    assertThat(report.unreadable()).isPositive();
    assertThat(report.examples()).contains(broken.id());
    assertThat(join(VIEW.find(lost.id()))).isEqualTo(OrderRow.of(lost));
    forget(broken.id());
  }

  @Provide
  Arbitrary<String> damage() {
    return Arbitraries.of(
        "delete from order_view where order_id = '%s'",
        "update order_view set status = case status when 'PAID' then 'PLACED' else 'PAID' end where"
            + " order_id = '%s'",
        "update order_view set version = version - 1 where order_id = '%s'",
        "update order_view set version = version + 5 where order_id = '%s'",
        "update order_view set placed_at = placed_at - interval '1 hour' where order_id = '%s'",
        "update order_view set body = '{}' where order_id = '%s'",
        "update order_view set body = replace(body, '\"total\":', '\"total\":1') where order_id ="
            + " '%s'");
  }

  @Property(tries = 60)
  void anyChangedByte_breaksTheVerification_atItsVersion(
      @ForAll("tampering") String tampering,
      @ForAll @IntRange(max = 10_000) int somewhere,
      @ForAll @IntRange(min = 1, max = 3) int version)
      throws SQLException {
    var place = new Place("ada", "EUR", List.of(new Item("s", "n", 1, 1)), null);
    var id = happen(List.of(place, new Pay("card", "r"), new Ship("DHL", "t"))).getLast().id();

    sql(
        "update events set "
            + tampering.replace("PLACE", String.valueOf(somewhere))
            + " where order_id = '"
            + id
            + "' and version = "
            + version);

    var report = join(VERIFICATION.of(id));
    assertThat(report.valid()).isFalse();
    assertThat(report.brokenAt()).isEqualTo(version);
    forget(id);
  }

  @Property(tries = 20)
  void aTamperedStream_breaksTheVerification(@ForAll("streamTampering") String tampering)
      throws SQLException {
    var place = new Place("ada", "EUR", List.of(new Item("s", "n", 1, 1)), null);
    var id = happen(List.of(place, new Pay("card", "r"))).getLast().id();

    sql(tampering.formatted(id));

    assertThat(join(VERIFICATION.of(id)).valid()).isFalse();
    forget(id);
  }

  @Provide
  Arbitrary<String> tampering() {
    return Arbitraries.of(
        "position = position + 1",
        "xid = '3'::xid8",
        "type = 'OrderDelivered'",
        "schema = schema + 1",
        "at = at + interval '1 microsecond'",
        "at = at - interval '1 hour'",
        "subject = subject || ' '",
        "client = 'other'",
        "role = 'ADMIN'",
        "request_id = 'x'",
        "causation = 'x'",
        "data = overlay(data placing case substr(data, 1 + PLACE % length(data), 1) when '#' then"
            + " '+' else '#' end from 1 + PLACE % length(data) for 1)",
        "data = overlay(data placing '' from 1 + PLACE % length(data) for 1)",
        "data = data || ' '",
        "hash = set_byte(hash, PLACE % 32, get_byte(hash, PLACE % 32) # (1 + PLACE % 255))",
        "hash = substr(hash, 1, PLACE % 32)",
        "subject = 'ad', client = 'acli'",
        "order_id = gen_random_uuid()");
  }

  @Provide
  Arbitrary<String> streamTampering() {
    return Arbitraries.of(
        "update streams set head = set_byte(head, 0, get_byte(head, 0) # 1) where order_id = '%s'",
        "update streams set version = version + 1 where order_id = '%s'",
        "update streams set version = version - 1 where order_id = '%s'",
        "update streams set last_at = last_at + interval '1 microsecond' where order_id = '%s'",
        "update streams set customer_id = 'bob' where order_id = '%s'",
        "delete from events where version = 2 and order_id = '%s'",
        "delete from events where version = 1 and order_id = '%s'",
        "delete from events where order_id = '%s'");
  }

  @Provide
  Arbitrary<List<OrderCommand>> commands() {
    var text =
        Arbitraries.strings().withChars('a', 'b', '"', '{', '\u001e', '\u20ac').ofMaxLength(8);
    var items =
        Combinators.combine(
                text,
                text,
                Arbitraries.integers().between(1, 9_999),
                Arbitraries.longs().between(0, 1_000_000_000))
            .as(Item::new)
            .list()
            .ofMinSize(1)
            .ofMaxSize(3);
    Arbitrary<Address> address =
        Combinators.combine(text, text)
            .as((name, line) -> new Address(name, line, null, "c", null, "DE"));
    Arbitrary<OrderCommand> place =
        Combinators.combine(items, address.injectNull(0.3))
            .as((list, to) -> new Place("ada", "EUR", list, to));
    Arbitrary<OrderCommand> other =
        Arbitraries.frequencyOf(
            Tuple.of(6, items.map(ChangeItems::new)),
            Tuple.of(2, Combinators.combine(text, text).as(Pay::new)),
            Tuple.of(2, Combinators.combine(text, text).as(Ship::new)),
            Tuple.of(1, Arbitraries.of(new Deliver())),
            Tuple.of(1, text.map(Cancel::new)),
            Tuple.of(1, Arbitraries.of(new Erase())));
    return Combinators.combine(place, other.list().ofMaxSize(12))
        .as(
            (first, others) -> {
              var all = new ArrayList<OrderCommand>();
              all.add(first);
              all.addAll(others);
              return all;
            });
  }

  /** Appends what the commands bring about, and gives the state after each append. */
  private static List<OrderState> happen(List<OrderCommand> commands) {
    var id = UUID.randomUUID();
    var key = join(KEYS.forNewOrder("ada"));
    var states = new ArrayList<OrderState>();
    var order = Order.blank();
    var version = 0;
    for (var command : commands) {
      if (Order.decide(order, command) instanceof Accepted(var events) && !events.isEmpty()) {
        for (var event : events) {
          order = Order.evolve(order, event);
        }
        var change = new Change(id, version, events, order, key);
        var done = (Done) join(STORE.append(List.of(change), ACTOR, null, 200));
        version = change.version();
        var at = done.heads().getFirst().at();
        var placedAt = states.isEmpty() ? at : states.getFirst().placedAt();
        states.add(new OrderState(id, version, order, placedAt, at));
      }
    }
    return states;
  }

  /** Broken orders must not stand in the way of whoever folds them all. */
  private static void forget(UUID id) throws SQLException {
    for (var table : List.of("events", "order_view", "streams")) {
      sql("delete from " + table + " where order_id = '" + id + "'");
    }
  }

  private static <T> T join(Mono<T> mono) {
    return mono.blockOptional().orElseThrow();
  }

  private static void sql(String statement) throws SQLException {
    try (var connection =
            DriverManager.getConnection(POSTGRES.jdbcUrl(), POSTGRES.user(), POSTGRES.password());
        var sql = connection.createStatement()) {
      sql.execute(statement);
    }
  }
}
