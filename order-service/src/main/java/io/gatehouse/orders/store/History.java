package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderEvent;
import io.gatehouse.orders.store.RequestKey.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order's events up to one version, as loaded by one statement.
 *
 * @param lastVersion of the order, whichever version was asked for
 * @param version the last of the events here; 0 when there are none
 * @param packed {@code type{data}} or, for another schema than 1, {@code type.schema{data}},
 *     separated by U+001E, which JSON never contains; nothing for a change of the items that a
 *     later one made pointless
 * @param passedOver how many such changes are not even in {@code packed}
 * @param earlier the answer that this request's key has got already
 */
public record History(
    UUID orderId,
    String customerId,
    int lastVersion,
    int version,
    @Nullable Instant placedAt,
    @Nullable Instant updatedAt,
    String packed,
    int passedOver,
    @Nullable CustomerKey key,
    @Nullable Answer earlier) {
  private static final char SEPARATOR = '\u001e';

  /**
   * The order after these events.
   *
   * @throws IllegalStateException when there are none, or the history is broken
   * @throws UnknownEvent when a later version of this service wrote one of them
   */
  public OrderState fold() {
    if (placedAt == null || updatedAt == null) {
      throw new IllegalStateException("order " + orderId + " has no events here");
    }
    var order = Order.blank();
    for (var event : events()) {
      order = Order.evolve(order, event);
    }
    return new OrderState(orderId, version, order, placedAt, updatedAt);
  }

  /** The events that count, in order. */
  private List<OrderEvent> events() {
    var events = new ArrayList<OrderEvent>();
    var text = packed.toCharArray();
    var start = 0;
    var count = 0;
    while (start < text.length) {
      var end = packed.indexOf(SEPARATOR, start);
      end = end < 0 ? text.length : end;
      if (end > start) {
        events.add(event(text, start, end));
      }
      count++;
      start = end + 1;
    }
    if (count + passedOver != version) {
      throw new IllegalStateException(
          "order " + orderId + " has " + (count + passedOver) + " events at version " + version);
    }
    return events;
  }

  private OrderEvent event(char[] text, int start, int end) {
    var brace = packed.indexOf('{', start);
    var dot = packed.indexOf('.', start, brace);
    var type = packed.substring(start, dot < 0 ? brace : dot);
    var schema = dot < 0 ? 1 : Integer.parseInt(packed, dot + 1, brace, 10);
    return EventCodec.decode(orderId, type, schema, text, brace, end, key);
  }
}
