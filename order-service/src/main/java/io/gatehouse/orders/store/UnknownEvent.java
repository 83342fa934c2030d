package io.gatehouse.orders.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * An event of a form that only a later version of this service knows. This version does not guess
 * what it means: nothing is decided from such an order here, until the later version is back.
 */
public final class UnknownEvent extends ApiException {
  private static final long serialVersionUID = 1;

  UnknownEvent(UUID orderId, String type, int schema) {
    super(
        ErrorCode.SERVICE_UNAVAILABLE.status(),
        ErrorCode.SERVICE_UNAVAILABLE.name(),
        "Order %s has an event that this version of the service does not know yet (%s.%d); try again shortly"
            .formatted(orderId, type, schema),
        List.of(),
        Map.of("Retry-After", "5"),
        null);
  }
}
