package io.gatehouse.orders.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to one order. Personal parts are null when they were never given or when the
 * customer's key was destroyed.
 */
public sealed interface OrderEvent {

  record OrderPlaced(
      String customerId, String currency, List<Item> items, @Nullable Address shippingAddress)
      implements OrderEvent {}

  record ItemsChanged(List<Item> items) implements OrderEvent {}

  record OrderPaid(String method, @Nullable String reference) implements OrderEvent {}

  record OrderShipped(String carrier, @Nullable String trackingNumber) implements OrderEvent {}

  record OrderDelivered() implements OrderEvent {}

  record OrderCancelled(@Nullable String reason) implements OrderEvent {}

  /** The receipt: this order's personal data can never be read again. */
  record PersonalDataDestroyed() implements OrderEvent {}
}
