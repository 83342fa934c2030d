package io.gatehouse.orders.domain;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What somebody wants to happen to one order. */
public sealed interface OrderCommand {

  record Place(
      String customerId, String currency, List<Item> items, @Nullable Address shippingAddress)
      implements OrderCommand {}

  record ChangeItems(List<Item> items) implements OrderCommand {}

  record Pay(String method, String reference) implements OrderCommand {}

  record Ship(String carrier, String trackingNumber) implements OrderCommand {}

  record Deliver() implements OrderCommand {}

  record Cancel(String reason) implements OrderCommand {}

  /** The customer's key was destroyed: note it, and give up what is still open. */
  record Erase() implements OrderCommand {}
}
