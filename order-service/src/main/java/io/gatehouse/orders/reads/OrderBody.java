package io.gatehouse.orders.reads;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.orders.domain.Address;
import io.gatehouse.orders.domain.Item;
import io.gatehouse.orders.store.OrderState;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** An order as clients see it. */
public record OrderBody(
    UUID id,
    String customerId,
    String status,
    String currency,
    List<Item> items,
    long total,
    @Nullable Address shippingAddress,
    int version,
    String placedAt,
    String updatedAt) {

  public static OrderBody from(OrderState state) {
    return from(OrderRow.of(state));
  }

  public static OrderBody from(OrderRow row) {
    var contents = row.contents();
    return new OrderBody(
        row.id(),
        contents.customerId(),
        row.status(),
        contents.currency(),
        contents.items(),
        contents.total(),
        contents.shippingAddress(),
        row.version(),
        Times.text(row.placedAt()),
        Times.text(row.updatedAt()));
  }
}
