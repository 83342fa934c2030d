package io.gatehouse.orders.store;

import io.gatehouse.orders.domain.Item;
import io.gatehouse.store.Rows;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of stored data, whichever event's it is; absent ones are null. Read token by token: a
 * long history has a thousand of them, and a tree for each took most of the time to fold it.
 */
final class StoredData {
  private static final JsonMapper JSON = new JsonMapper();

  private @Nullable String customerId;
  private @Nullable String currency;
  private @Nullable String method;
  private @Nullable String carrier;
  private @Nullable List<Item> items;
  private long total;
  private boolean erased;
  private @Nullable String sealed;

  private final boolean onlyKnown;

  private StoredData(boolean onlyKnown) {
    this.onlyKnown = onlyKnown;
  }

  /** Reads one object and passes over the fields that no form has. */
  static StoredData parseKnown(String json) {
    return parse(json.toCharArray(), 0, json.length(), true);
  }

  /**
   * Reads the object that stands at this place in a longer text.
   *
   * @throws IllegalStateException for a field that no form has
   */
  static StoredData parse(char[] text, int from, int to) {
    return parse(text, from, to, false);
  }

  private static StoredData parse(char[] text, int from, int to, boolean onlyKnown) {
    try (var parser = JSON.createParser(text, from, to - from)) {
      var data = new StoredData(onlyKnown);
      parser.nextToken();
      for (var name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        data.read(name, parser);
      }
      return data;
    }
  }

  private void read(String field, JsonParser parser) {
    switch (field) {
      case "customerId" -> customerId = parser.getString();
      case "currency" -> currency = parser.getString();
      case "method" -> method = parser.getString();
      case "carrier" -> carrier = parser.getString();
      case "sealed" -> sealed = parser.getString();
      case "total" -> total = parser.getLongValue();
      case "erased" -> erased = parser.getBooleanValue();
      case "items" -> items = items(parser);
      default -> {
        if (!onlyKnown) {
          throw new IllegalStateException("stored data has an unknown field " + field);
        }
        parser.skipChildren();
      }
    }
  }

  private static List<Item> items(JsonParser parser) {
    var items = new ArrayList<Item>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      items.add(token == JsonToken.START_ARRAY ? compact(parser) : verbose(parser));
    }
    return List.copyOf(items);
  }

  /** {@code ["sku","name",quantity,unitPrice]}. */
  private static Item compact(JsonParser parser) {
    parser.nextToken();
    var sku = parser.getString();
    parser.nextToken();
    var name = parser.getString();
    parser.nextToken();
    var quantity = parser.getIntValue();
    parser.nextToken();
    var unitPrice = parser.getLongValue();
    parser.nextToken();
    return new Item(sku, name, quantity, unitPrice);
  }

  /** Schema 1 of OrderPlaced spelled the fields' names out for every item. */
  private static Item verbose(JsonParser parser) {
    var sku = "";
    var name = "";
    var quantity = 0;
    var unitPrice = 0L;
    for (var field = parser.nextName(); field != null; field = parser.nextName()) {
      parser.nextToken();
      switch (field) {
        case "sku" -> sku = parser.getString();
        case "name" -> name = parser.getString();
        case "quantity" -> quantity = parser.getIntValue();
        case "unitPrice" -> unitPrice = parser.getLongValue();
        default -> throw new IllegalStateException("a stored item has an unknown field " + field);
      }
    }
    return new Item(sku, name, quantity, unitPrice);
  }

  String customerId() {
    return Rows.required(customerId);
  }

  String currency() {
    return Rows.required(currency);
  }

  String method() {
    return Rows.required(method);
  }

  String carrier() {
    return Rows.required(carrier);
  }

  List<Item> items() {
    return Rows.required(items);
  }

  @Nullable String sealed() {
    return sealed;
  }

  long total() {
    return total;
  }

  boolean erased() {
    return erased;
  }
}
