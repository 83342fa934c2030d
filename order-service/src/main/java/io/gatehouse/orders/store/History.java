package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderEvent;
import io.gatehouse.orders.store.EventCodec.Stored;
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
 * @param packed {@code type.schema{data}}, separated by U+001E, which JSON never contains
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
    @Nullable CustomerKey key,
    @Nullable Answer earlier) {
  private static final char SEPARATOR = '\u001e';

  /**
   * The order after these events.
   *
   * @throws IllegalStateException when there are none, or the history is broken
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

  /** The events in order. */
  public List<OrderEvent> events() {
    var events = new ArrayList<OrderEvent>(version);
    var start = 0;
    while (start < packed.length()) {
      var end = packed.indexOf(SEPARATOR, start);
      end = end < 0 ? packed.length() : end;
      events.add(EventCodec.decode(orderId, unpack(packed.substring(start, end)), key));
      start = end + 1;
    }
    if (events.size() != version) {
      throw new IllegalStateException(
          "order " + orderId + " has " + events.size() + " events at version " + version);
    }
    return events;
  }

  private static Stored unpack(String event) {
    var dot = event.indexOf('.');
    var brace = event.indexOf('{');
    return new Stored(
        event.substring(0, dot),
        Integer.parseInt(event.substring(dot + 1, brace)),
        event.substring(brace));
  }
}
