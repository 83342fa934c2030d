package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Contents;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.OrderEvent;
import io.gatehouse.orders.domain.OrderEvent.ItemsChanged;
import io.gatehouse.orders.domain.OrderEvent.OrderCancelled;
import io.gatehouse.orders.domain.OrderEvent.OrderDelivered;
import io.gatehouse.orders.domain.OrderEvent.OrderPaid;
import io.gatehouse.orders.domain.OrderEvent.OrderPlaced;
import io.gatehouse.orders.domain.OrderEvent.OrderShipped;
import io.gatehouse.orders.domain.OrderEvent.PersonalDataDestroyed;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as they are stored: a stable name, the schema's number and compact JSON, with personal
 * data sealed under {@code sealed}. Names and forms never change; a new form is a new number, and
 * the old one is read for ever.
 */
public final class EventCodec {
  private static final JsonMapper JSON = new JsonMapper();

  /** The forms that are read. What is not among them is not even parsed. */
  private static final Set<String> FORMS =
      Set.of(
          "OrderPlaced.1",
          "OrderPlaced.2",
          "ItemsChanged.1",
          "OrderPaid.1",
          "OrderShipped.1",
          "OrderDelivered.1",
          "OrderCancelled.1",
          "PersonalDataDestroyed.1");

  private EventCodec() {}

  /** An event's stored form. */
  public record Stored(String type, int schema, String data) {}

  /** The stable name of the event's type. */
  public static String typeOf(OrderEvent event) {
    return switch (event) {
      case OrderPlaced _ -> "OrderPlaced";
      case ItemsChanged _ -> "ItemsChanged";
      case OrderPaid _ -> "OrderPaid";
      case OrderShipped _ -> "OrderShipped";
      case OrderDelivered _ -> "OrderDelivered";
      case OrderCancelled _ -> "OrderCancelled";
      case PersonalDataDestroyed _ -> "PersonalDataDestroyed";
    };
  }

  /** The stored form; without a key personal data is left out, as nobody may read it any more. */
  static Stored encode(UUID orderId, OrderEvent event, @Nullable CustomerKey key) {
    var data = JSON.createObjectNode();
    var type = typeOf(event);
    var schema =
        switch (event) {
          case OrderPlaced placed -> {
            data.put("customerId", placed.customerId()).put("currency", placed.currency());
            data.set("items", compact(placed.items()));
            var address = placed.shippingAddress();
            seal(
                data,
                address == null ? null : JSON.writeValueAsString(address),
                orderId,
                type,
                key);
            yield 2;
          }
          case ItemsChanged changed -> {
            data.set("items", compact(changed.items()));
            yield 1;
          }
          case OrderPaid paid -> {
            data.put("method", paid.method());
            seal(data, paid.reference(), orderId, type, key);
            yield 1;
          }
          case OrderShipped shipped -> {
            data.put("carrier", shipped.carrier());
            seal(data, shipped.trackingNumber(), orderId, type, key);
            yield 1;
          }
          case OrderDelivered _, PersonalDataDestroyed _ -> 1;
          case OrderCancelled cancelled -> {
            seal(data, cancelled.reason(), orderId, type, key);
            yield 1;
          }
        };
    return new Stored(type, schema, data.toString());
  }

  /**
   * The event of a stored form, old forms included.
   *
   * @param key null when the customer has none any more: personal data reads null
   * @throws UnknownEvent for a type or schema this version does not know
   */
  public static OrderEvent decode(UUID orderId, Stored stored, @Nullable CustomerKey key) {
    var text = stored.data().toCharArray();
    return decode(orderId, stored.type(), stored.schema(), text, 0, text.length, key);
  }

  /**
   * The event of this form whose data stands at this place in a longer text.
   *
   * @throws UnknownEvent for a type or schema this version does not know
   */
  static OrderEvent decode(
      UUID orderId,
      String type,
      int schema,
      char[] text,
      int from,
      int to,
      @Nullable CustomerKey key) {
    if (!FORMS.contains(type + '.' + schema)) {
      throw new UnknownEvent(orderId, type, schema);
    }
    var data = StoredData.parse(text, from, to);
    return switch (type) {
      case "OrderPlaced" -> placed(data, orderId, key);
      case "ItemsChanged" -> new ItemsChanged(data.items());
      case "OrderPaid" -> new OrderPaid(data.method(), open(data, orderId, type, key));
      case "OrderShipped" -> new OrderShipped(data.carrier(), open(data, orderId, type, key));
      case "OrderDelivered" -> new OrderDelivered();
      case "OrderCancelled" -> new OrderCancelled(open(data, orderId, type, key));
      case "PersonalDataDestroyed" -> new PersonalDataDestroyed();
      default -> throw new UnknownEvent(orderId, type, schema);
    };
  }

  /** What a stored form says, sealed parts left out: for a form that this version does not know. */
  public static JsonNode readable(Stored stored) {
    var data = JSON.readTree(stored.data());
    if (data instanceof ObjectNode fields) {
      fields.remove("sealed");
    }
    return data;
  }

  /** The contents of an order for the view, its address sealed. */
  static String encode(UUID orderId, Contents contents, @Nullable CustomerKey key) {
    var data = JSON.createObjectNode();
    data.put("currency", contents.currency()).put("total", contents.total());
    data.set("items", compact(contents.items()));
    var address = contents.shippingAddress();
    seal(data, address == null ? null : JSON.writeValueAsString(address), orderId, "view", key);
    if (contents.erased()) {
      data.put("erased", true);
    }
    return data.toString();
  }

  /** The contents of an order for the view, its address sealed by the customer's key, if any. */
  public static String viewBody(OrderState state, @Nullable CustomerKey key) {
    return encode(state.id(), state.order().contentsOrThrow(), key);
  }

  /** The contents of an order from the view; what a later version added to them is passed over. */
  public static Contents contents(
      UUID orderId, String customerId, String body, @Nullable CustomerKey key) {
    var data = StoredData.parseKnown(body);
    return new Contents(
        customerId,
        data.currency(),
        data.items(),
        data.total(),
        address(open(data, orderId, "view", key)),
        data.erased());
  }

  private static OrderPlaced placed(StoredData data, UUID orderId, @Nullable CustomerKey key) {
    return new OrderPlaced(
        data.customerId(),
        data.currency(),
        data.items(),
        address(open(data, orderId, "OrderPlaced", key)));
  }

  private static @Nullable Address address(@Nullable String json) {
    return json == null ? null : JSON.readValue(json, Address.class);
  }

  /** Schema 2: {@code ["sku","name",quantity,unitPrice]}. */
  private static ArrayNode compact(List<Item> items) {
    var array = JSON.createArrayNode();
    for (var item : items) {
      array.addArray().add(item.sku()).add(item.name()).add(item.quantity()).add(item.unitPrice());
    }
    return array;
  }

  private static void seal(
      ObjectNode data,
      @Nullable String plain,
      UUID orderId,
      String purpose,
      @Nullable CustomerKey key) {
    if (plain != null && key != null) {
      data.put("sealed", key.seal(plain, orderId + " " + purpose));
    }
  }

  private static @Nullable String open(
      StoredData data, UUID orderId, String purpose, @Nullable CustomerKey key) {
    var sealed = data.sealed();
    return sealed == null || key == null ? null : key.open(sealed, orderId + " " + purpose);
  }
}
