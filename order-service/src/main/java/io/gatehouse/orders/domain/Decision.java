package io.gatehouse.orders.domain;

import java.util.List;

/** What a command brings about: events, or a refusal that cannot be overlooked. */
public sealed interface Decision {

  /** What happens; nothing when it has happened already. */
  record Accepted(List<OrderEvent> events) implements Decision {
    Accepted(OrderEvent event) {
      this(List.of(event));
    }
  }

  record Refused(Refusal refusal) implements Decision {}
}
