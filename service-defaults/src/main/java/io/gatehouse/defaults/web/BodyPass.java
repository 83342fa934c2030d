package io.gatehouse.defaults.web;

import io.gatehouse.defaults.web.BodyShape.Elements;
import io.gatehouse.defaults.web.BodyShape.Fields;
import io.gatehouse.defaults.web.BodyShape.Whole;
import java.math.BigDecimal;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonParser.NumberType;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One pass over a body: holds it against its shape, notes every fault, and keeps as a tree only
 * what fits. The tree is as large as the shape allows, whatever the body's size; what does not fit
 * is passed over, but must be clean JSON too.
 */
final class BodyPass {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Of values whose shape is for Jackson to know. */
  private static final int MAX_PARTS = 10_000;

  /** More digits than any {@code long} has. */
  private static final int MAX_DIGITS = 19;

  private final JsonParser parser;
  private final Faults faults;
  private final StringBuilder path = new StringBuilder();
  private int parts;

  /**
   * A pass that begins before the first token.
   *
   * @param parser strict; its strings are those that can be stored
   */
  BodyPass(JsonParser parser, Faults faults) {
    this.parser = parser;
    this.faults = faults;
  }

  /** What fits of the whole document; the null node when it is no object. */
  JsonNode document(BodyShape shape) {
    var isObject = parser.nextToken() == JsonToken.START_OBJECT;
    var root = isObject ? value(shape) : wrong("must be an object");
    if (parser.nextToken() != null) {
      throw ApiException.malformed("The request body goes on after its JSON value");
    }
    return root;
  }

  private JsonNode value(BodyShape shape) {
    var token = parser.currentToken();
    if (token == JsonToken.VALUE_NULL) {
      return NODES.nullNode();
    }
    return switch (shape) {
      case Fields fields when token == JsonToken.START_OBJECT -> object(fields);
      case Elements elements when token == JsonToken.START_ARRAY -> array(elements);
      case BodyShape.Text _ when token == JsonToken.VALUE_STRING ->
          NODES.stringNode(parser.getString());
      case Whole whole when token.isNumeric() -> number(whole);
      case BodyShape.Flag _ when token.isBoolean() ->
          NODES.booleanNode(token == JsonToken.VALUE_TRUE);
      case BodyShape.Any _ -> anything();
      default -> wrong("has the wrong type");
    };
  }

  private JsonNode object(Fields fields) {
    var node = NODES.objectNode();
    var here = path.length();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      var field = fields.known().get(name);
      if (field != null) {
        path.append(here == 0 ? "" : ".").append(name);
        node.set(name, value(field.shape()));
      } else if (fields.ignores(name)) {
        parser.skipChildren();
      } else {
        path.append(here == 0 ? "" : ".").append(name);
        wrong("is not a known field");
      }
      path.setLength(here);
    }
    return node;
  }

  private JsonNode array(Elements elements) {
    var node = NODES.arrayNode();
    var here = path.length();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      if (node.size() == elements.max()) {
        return tooMany(elements);
      }
      path.append('[').append(node.size()).append(']');
      node.add(value(elements.element()));
      path.setLength(here);
    }
    return node;
  }

  /** The element at hand is one too many: neither it nor any behind it is looked at. */
  private JsonNode tooMany(Elements elements) {
    faults.addUnfit(
        path.toString(),
        "size must be between %d and %d".formatted(elements.min(), elements.max()));
    do {
      parser.skipChildren();
    } while (parser.nextToken() != JsonToken.END_ARRAY);
    return NODES.nullNode();
  }

  private JsonNode number(Whole whole) {
    try {
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
          && parser.getNumberType() != NumberType.BIG_INTEGER) {
        return inRange(parser.getLongValue(), whole);
      }
      var decimal = parser.getDecimalValue();
      if (decimal.signum() != 0 && magnitude(decimal) > MAX_DIGITS) {
        return wrong("is out of range");
      }
      if (decimal.stripTrailingZeros().scale() > 0) {
        return wrong("has the wrong type");
      }
      return inRange(decimal.longValueExact(), whole);
    } catch (ArithmeticException | NumberFormatException | JacksonException tooLarge) {
      return wrong("is out of range");
    }
  }

  private JsonNode inRange(long number, Whole whole) {
    return number < whole.min() || number > whole.max()
        ? wrong("is out of range")
        : NODES.numberNode(number);
  }

  /** Digits before the point, without writing them out: {@code 1e400} has 401. */
  private static long magnitude(BigDecimal decimal) {
    return (long) decimal.precision() - decimal.scale();
  }

  private JsonNode wrong(String message) {
    if (!faults.isFull()) {
      faults.addUnfit(path.isEmpty() ? "$" : path.toString(), message);
    }
    parser.skipChildren();
    return NODES.nullNode();
  }

  private JsonNode anything() {
    if (++parts > MAX_PARTS) {
      throw ApiException.invalid("$", "has more than %d parts".formatted(MAX_PARTS));
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        var node = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          var name = parser.currentName();
          parser.nextToken();
          node.set(name, anything());
        }
        yield node;
      }
      case START_ARRAY -> {
        var node = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          node.add(anything());
        }
        yield node;
      }
      case VALUE_STRING -> NODES.stringNode(parser.getString());
      case VALUE_NUMBER_INT ->
          parser.getNumberType() == NumberType.BIG_INTEGER
              ? NODES.numberNode(parser.getBigIntegerValue())
              : NODES.numberNode(parser.getLongValue());
      case VALUE_NUMBER_FLOAT -> fraction();
      case VALUE_TRUE, VALUE_FALSE ->
          NODES.booleanNode(parser.currentToken() == JsonToken.VALUE_TRUE);
      default -> NODES.nullNode();
    };
  }

  private JsonNode fraction() {
    try {
      return NODES.numberNode(parser.getDecimalValue());
    } catch (NumberFormatException | JacksonException tooLarge) {
      return wrong("is out of range");
    }
  }
}
