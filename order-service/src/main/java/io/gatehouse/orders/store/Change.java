package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.OrderEvent;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * New events of one order.
 *
 * @param expectedVersion the version they were decided at; 0 for a new order
 * @param after the order's state with them
 * @param key seals personal data; null when the customer has none
 */
public record Change(
    UUID orderId,
    int expectedVersion,
    List<OrderEvent> events,
    Order after,
    @Nullable CustomerKey key) {

  /** The version after them. */
  public int version() {
    return expectedVersion + events.size();
  }
}
