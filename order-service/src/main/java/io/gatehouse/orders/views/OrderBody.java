package io.gatehouse.orders.views;

import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.domain.OrderStatus;
import io.gatehouse.orders.store.OrderState;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An order as clients see it. */
public record OrderBody(
    UUID id,
    String customerId,
    OrderStatus status,
    String currency,
    List<Item> items,
    long total,
    @Nullable Address shippingAddress,
    int version,
    String placedAt,
    String updatedAt) {

  public static OrderBody from(OrderState state) {
    var contents = state.order().contentsOrThrow();
    return new OrderBody(
        state.id(),
        contents.customerId(),
        state.order().status(),
        contents.currency(),
        contents.items(),
        contents.total(),
        contents.shippingAddress(),
        state.version(),
        Times.format(state.placedAt()),
        Times.format(state.updatedAt()));
  }
}
