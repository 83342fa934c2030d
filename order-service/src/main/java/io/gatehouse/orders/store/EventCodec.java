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
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
   * @throws IllegalStateException for a type or schema this version does not know
   */
  public static OrderEvent decode(UUID orderId, Stored stored, @Nullable CustomerKey key) {
    return decode(orderId, stored.type(), stored.schema(), StoredData.parse(stored.data()), key);
  }

  /** The event of this form with these fields. */
  static OrderEvent decode(
      UUID orderId, String type, int schema, StoredData data, @Nullable CustomerKey key) {
    return switch (schema) {
      case 1 ->
          switch (type) {
            case "OrderPlaced" -> placed(data, orderId, key);
            case "ItemsChanged" -> new ItemsChanged(data.items());
            case "OrderPaid" -> new OrderPaid(data.method(), open(data, orderId, type, key));
            case "OrderShipped" -> new OrderShipped(data.carrier(), open(data, orderId, type, key));
            case "OrderDelivered" -> new OrderDelivered();
            case "OrderCancelled" -> new OrderCancelled(open(data, orderId, type, key));
            case "PersonalDataDestroyed" -> new PersonalDataDestroyed();
            default -> throw unknown(orderId, type, schema);
          };
      case 2 -> {
        if (!type.equals("OrderPlaced")) {
          throw unknown(orderId, type, schema);
        }
        yield placed(data, orderId, key);
      }
      default -> throw unknown(orderId, type, schema);
    };
  }

  private static IllegalStateException unknown(UUID orderId, String type, int schema) {
    return new IllegalStateException(
        "order " + orderId + " has an event of unknown form: " + type + '.' + schema);
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

  /** The contents of an order from the view. */
  public static Contents contents(
      UUID orderId, String customerId, String body, @Nullable CustomerKey key) {
    var data = StoredData.parse(body);
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
