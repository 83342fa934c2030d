package io.gatehouse.gateway.calls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Which fields somebody will look for in a service's JSON; of the others nothing is made.
 *
 * @param names theirs, wherever in the JSON they are; null for all
 */
public record JsonFields(@Nullable Set<String> names) {
  /** Every field. */
  public static final JsonFields ALL = new JsonFields(null);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Maps, lists, texts, numbers and truths.
   *
   * @throws JacksonException when it is not one JSON value
   */
  Object read(byte[] json) {
    try (var parser = JSON.createParser(json)) {
      var value = value(parser, parser.nextToken());
      if (value == null || parser.nextToken() != null) {
        throw new StreamReadException(parser, "not one value");
      }
      return value;
    }
  }

  private @Nullable Object value(JsonParser parser, @Nullable JsonToken token) {
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> list(parser);
      case VALUE_STRING -> parser.getString();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case null, default -> null;
    };
  }

  private Map<String, @Nullable Object> object(JsonParser parser) {
    var fields = new LinkedHashMap<String, @Nullable Object>();
    for (var name = parser.nextName(); name != null; name = parser.nextName()) {
      var token = parser.nextToken();
      if (names == null || names.contains(name)) {
        fields.put(name, value(parser, token));
      } else {
        parser.skipChildren();
      }
    }
    return fields;
  }

  private List<@Nullable Object> list(JsonParser parser) {
    var items = new ArrayList<@Nullable Object>();
    for (var token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      items.add(value(parser, token));
    }
    return items;
  }
}
