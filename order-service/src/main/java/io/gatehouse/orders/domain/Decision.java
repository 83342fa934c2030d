package io.gatehouse.orders.domain;

import java.util.List;

/** What a command brings about: events, or a refusal that cannot be overlooked. */
public sealed interface Decision {

  /** At least one event. */
  record Accepted(List<OrderEvent> events) implements Decision {
    Accepted(OrderEvent event) {
      this(List.of(event));
    }
  }

  record Refused(Refusal refusal) implements Decision {}
}
