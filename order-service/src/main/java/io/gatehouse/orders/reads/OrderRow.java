package io.gatehouse.orders.reads;

import io.gatehouse.orders.domain.Contents;
import io.gatehouse.orders.store.OrderState;
import java.time.Instant;
import java.util.UUID;

/**
 * An order to show: from the view, or folded.
 *
 * @param status its public name; a later version of this service may have written one that this one
 *     does not know, and it is shown as it is
 */
public record OrderRow(
    UUID id, int version, String status, Contents contents, Instant placedAt, Instant updatedAt) {

  public static OrderRow of(OrderState state) {
    return new OrderRow(
        state.id(),
        state.version(),
        state.order().status().name(),
        state.order().contentsOrThrow(),
        state.placedAt(),
        state.updatedAt());
  }

  /** The version as a strong entity tag. */
  public String eTag() {
    return "\"" + version + "\"";
  }
}
