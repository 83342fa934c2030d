package io.gatehouse.orders.domain;

import io.gatehouse.orders.domain.OrderEvent.OrderPlaced;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is in an order, whatever its state.
 *
 * @param total minor units; with 100 items of 9 999 at 10^9 at most 10^15, below 2^53
 * @param erased the customer's key was destroyed, and with it all personal data
 */
public record Contents(
    String customerId,
    String currency,
    List<Item> items,
    long total,
    @Nullable Address shippingAddress,
    boolean erased) {

  static Contents of(OrderPlaced placed) {
    return new Contents(
        placed.customerId(),
        placed.currency(),
        placed.items(),
        total(placed.items()),
        placed.shippingAddress(),
        false);
  }

  Contents with(List<Item> changed) {
    return new Contents(customerId, currency, changed, total(changed), shippingAddress, erased);
  }

  Contents withoutPersonalData() {
    return new Contents(customerId, currency, items, total, null, true);
  }

  private static long total(List<Item> items) {
    var total = 0L;
    for (var item : items) {
      total = Math.addExact(total, Math.multiplyExact(item.quantity(), item.unitPrice()));
    }
    return total;
  }
}
