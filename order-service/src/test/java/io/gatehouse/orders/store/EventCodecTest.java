package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.OrderEvent;
import io.gatehouse.orders.domain.OrderEvent.ItemsChanged;
import io.gatehouse.orders.domain.OrderEvent.OrderCancelled;
import io.gatehouse.orders.domain.OrderEvent.OrderDelivered;
import io.gatehouse.orders.domain.OrderEvent.OrderPaid;
import io.gatehouse.orders.domain.OrderEvent.OrderPlaced;
import io.gatehouse.orders.domain.OrderEvent.OrderShipped;
import io.gatehouse.orders.domain.OrderEvent.PersonalDataDestroyed;
import io.gatehouse.orders.store.EventCodec.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Stored forms never change: each has a golden file, and old ones are read for ever. */
class EventCodecTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final UUID ID = UUID.fromString("01a20440-c1ab-730d-9fd1-55e39e9473d7");
  private static final CustomerKey KEY = new CustomerKey(new byte[32]);
  private static final Address ADDRESS =
      new Address("Ada Lovelace", "12 St James's Square", null, "London", "SW1Y 4JH", "GB");
  private static final List<Item> ITEMS =
      List.of(new Item("book-1", "A book", 2, 1230), new Item("pen-1", "A pen", 1, 0));
  private static final OrderPlaced PLACED = new OrderPlaced("ada", "EUR", ITEMS, ADDRESS);

  private static final Map<String, OrderEvent> GOLDEN =
      Map.of(
          "OrderPlaced.1", PLACED,
          "OrderPlaced.2", PLACED,
          "ItemsChanged.1", new ItemsChanged(ITEMS),
          "OrderPaid.1", new OrderPaid("card", "r-1"),
          "OrderShipped.1", new OrderShipped("DHL", "t-1"),
          "OrderDelivered.1", new OrderDelivered(),
          "OrderCancelled.1", new OrderCancelled("changed my mind"),
          "PersonalDataDestroyed.1", new PersonalDataDestroyed());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OrderPlaced.1",
        "OrderPlaced.2",
        "ItemsChanged.1",
        "OrderPaid.1",
        "OrderShipped.1",
        "OrderDelivered.1",
        "OrderCancelled.1",
        "PersonalDataDestroyed.1"
      })
  void golden_readsAsItsEvent(String form) {
    var event = GOLDEN.get(form);
    assertThat(EventCodec.decode(ID, golden(form), KEY))
        .as("%s.json; it is written as %s", form, EventCodec.encode(ID, event, KEY).data())
        .isEqualTo(event);
  }

  @Test
  void golden_existsForEveryFormThatIsWritten_andHasItsFields() {
    GOLDEN.forEach(
        (form, event) -> {
          var stored = EventCodec.encode(ID, event, KEY);
          var golden = golden(stored.type() + '.' + stored.schema());
          assertThat(withoutSealed(stored.data())).isEqualTo(withoutSealed(golden.data()));
        });
  }

  @Test
  void upcast_oldFormReadsLikeTheNewOne() {
    var old = EventCodec.decode(ID, golden("OrderPlaced.1"), KEY);

    assertThat(old).isEqualTo(EventCodec.decode(ID, golden("OrderPlaced.2"), KEY));
  }

  @Test
  void decode_readsNullForPersonalData_whenTheKeyIsGone() {
    assertThat(EventCodec.decode(ID, golden("OrderPlaced.2"), null))
        .isEqualTo(new OrderPlaced("ada", "EUR", ITEMS, null));
    assertThat(EventCodec.decode(ID, golden("OrderPaid.1"), null))
        .isEqualTo(new OrderPaid("card", null));
  }

  @Test
  void decode_stops_forAnUnknownForm() {
    assertThatThrownBy(() -> EventCodec.decode(ID, new Stored("OrderPaid", 9, "{}"), KEY))
        .isInstanceOf(UnknownEvent.class)
        .hasMessageContaining("OrderPaid.9");
  }

  @Test
  void sealed_cannotBeReadElsewhere_orByAnotherKey() {
    var sealed = KEY.seal("r-1", ID + " OrderPaid");

    assertThat(sealed).doesNotContain("r-1");
    assertThat(KEY.open(sealed, ID + " OrderPaid")).isEqualTo("r-1");
    assertThatThrownBy(() -> KEY.open(sealed, UUID.randomUUID() + " OrderPaid"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> new CustomerKey(CustomerKey.random(32)).open(sealed, ID + " OrderPaid"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Property(tries = 300)
  void decode_givesBackWhatWasEncoded(@ForAll("events") OrderEvent event) {
    assertThat(EventCodec.decode(ID, EventCodec.encode(ID, event, KEY), KEY)).isEqualTo(event);
  }

  @Property(tries = 200)
  void placed_readsAlike_inItsOldAndItsNewForm(@ForAll("placed") OrderPlaced placed) {
    var items =
        placed.items().stream()
            .map(
                item ->
                    "{\"sku\":%s,\"name\":%s,\"quantity\":%d,\"unitPrice\":%d}"
                        .formatted(
                            quoted(item.sku()),
                            quoted(item.name()),
                            item.quantity(),
                            item.unitPrice()))
            .toList();
    var old =
        "{\"customerId\":%s,\"currency\":%s,\"items\":[%s]}"
            .formatted(
                quoted(placed.customerId()), quoted(placed.currency()), String.join(",", items));

    assertThat(EventCodec.decode(ID, new Stored("OrderPlaced", 1, old), KEY)).isEqualTo(placed);
  }

  @Provide
  Arbitrary<OrderEvent> events() {
    var text = text();
    return Arbitraries.oneOf(
        placed().map(placed -> placed),
        items().map(ItemsChanged::new),
        Combinators.combine(text, text).as(OrderPaid::new),
        Combinators.combine(text, text.injectNull(0.2)).as(OrderShipped::new),
        text.injectNull(0.2).map(OrderCancelled::new),
        Arbitraries.just(new OrderDelivered()),
        Arbitraries.just(new PersonalDataDestroyed()));
  }

  @Provide
  Arbitrary<OrderPlaced> placed() {
    return Combinators.combine(text(), text(), items())
        .as((customer, currency, items) -> new OrderPlaced(customer, currency, items, null));
  }

  private static Arbitrary<List<Item>> items() {
    return Combinators.combine(
            text(),
            text(),
            Arbitraries.integers().between(1, 9_999),
            Arbitraries.longs().between(0, 1_000_000_000))
        .as(Item::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(5);
  }

  /** Anything that clean JSON may hold, the separator of packed events included. */
  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .withChars('a', 'Z', '"', '\\', '{', '.', ' ', '\u001e', '\u00e9', '\u20ac', '\n')
        .ofMaxLength(12);
  }

  private static String quoted(String text) {
    return JSON.writeValueAsString(text);
  }

  private static Object withoutSealed(String data) {
    var tree = (ObjectNode) JSON.readTree(data);
    tree.remove("sealed");
    return tree;
  }

  private static Stored golden(String form) {
    var dot = form.indexOf('.');
    try (var file = EventCodecTest.class.getResourceAsStream("/golden/" + form + ".json")) {
      if (file == null) {
        throw new IllegalStateException("no golden file for " + form);
      }
      return new Stored(
          form.substring(0, dot),
          Integer.parseInt(form.substring(dot + 1)),
          new String(file.readAllBytes(), StandardCharsets.UTF_8).trim());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
