package io.gatehouse.gateway.graphql;

import graphql.language.Directive;
import graphql.language.FieldDefinition;
import graphql.language.IntValue;
import org.jspecify.annotations.Nullable;

/**
 * How large a field can get at most, as {@code @size} says; see {@code platform.graphqls}.
 *
 * @param items of a list
 * @param bytes of a value, in UTF-8
 */
record FieldSize(int items, int bytes) {
  static final String SIZE = "size";

  /** What a list and a text are taken for that say nothing. */
  static final FieldSize UNKNOWN = new FieldSize(100, 256);

  /**
   * What the field's directive says; null when it has none.
   *
   * @throws IllegalArgumentException naming the field and what is wrong
   */
  static @Nullable FieldSize of(String type, FieldDefinition field) {
    var directives = field.getDirectives(SIZE);
    if (directives.isEmpty()) {
      return null;
    }
    var items = UNKNOWN.items();
    var bytes = UNKNOWN.bytes();
    for (var argument : directives.getFirst().getArguments()) {
      switch (argument.getName()) {
        case "items" -> items = number(type, field, directives.getFirst(), "items");
        case "bytes" -> bytes = number(type, field, directives.getFirst(), "bytes");
        default -> throw wrong(type, field, "@size has no argument " + argument.getName());
      }
    }
    return new FieldSize(items, bytes);
  }

  private static int number(String type, FieldDefinition field, Directive size, String name) {
    if (size.getArgument(name).getValue() instanceof IntValue number
        && number.getValue().signum() > 0
        && number.getValue().bitLength() < 32) {
      return number.getValue().intValue();
    }
    throw wrong(type, field, "@size " + name + " must be a positive number");
  }

  private static IllegalArgumentException wrong(String type, FieldDefinition field, String what) {
    return new IllegalArgumentException(
        "GraphQL field " + type + "." + field.getName() + ": " + what);
  }
}
