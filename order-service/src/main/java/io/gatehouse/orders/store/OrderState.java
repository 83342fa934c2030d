package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Order;
import java.time.Instant;
import java.util.UUID;

/** An order at one version. Times have microseconds. */
public record OrderState(UUID id, int version, Order order, Instant placedAt, Instant updatedAt) {

  /** The version as a strong entity tag. */
  public String eTag() {
    return "\"" + version + "\"";
  }
}
