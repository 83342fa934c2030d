package io.gatehouse.local;

import java.util.List;
import java.util.Map;

/** An order that anybody may place: two teas, 2460 cents. */
final class NewOrder {
  static final Map<String, Object> ITEM =
      Map.of("sku", "TEA-1", "name", "Tea", "quantity", 2, "unitPrice", 1230);

  static final Map<String, Object> BODY = Map.of("currency", "EUR", "items", List.of(ITEM));

  static final String JSON =
      """
      {"currency":"EUR","items":[{"sku":"TEA-1","name":"Tea","quantity":2,"unitPrice":1230}]}\
      """;

  private NewOrder() {}
}
