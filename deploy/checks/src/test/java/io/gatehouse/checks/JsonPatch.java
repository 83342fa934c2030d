package io.gatehouse.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The three operations of RFC 6902 that our patches use: add, replace, remove. */
final class JsonPatch {
  private JsonPatch() {}

  static void apply(Node operations, Node target) {
    for (var operation : operations.items()) {
      apply(operation.at("op").text(), operation.at("path").text(), operation.at("value"), target);
    }
  }

  private static void apply(String op, String pointer, Node value, Node target) {
    var steps = steps(pointer);
    var parent = target;
    for (var step : steps.subList(0, steps.size() - 1)) {
      parent = parent.at(parent.value() instanceof List<?> ? (Object) Integer.valueOf(step) : step);
    }
    var last = steps.getLast();
    switch (parent.value()) {
      case Map<?, ?> _ -> applyToMap(op, pointer, last, value, parent.map());
      case List<?> list -> applyToList(op, pointer, last, value, list);
      case null, default ->
          throw new IllegalArgumentException(pointer + " is not in " + target.id());
    }
  }

  private static void applyToMap(
      String op, String pointer, String key, Node value, Map<String, Object> map) {
    if (!op.equals("add") && !map.containsKey(key)) {
      throw new IllegalArgumentException(op + " of a path that is not there: " + pointer);
    }
    switch (op) {
      case "add", "replace" -> map.put(key, value.copy().value());
      case "remove" -> map.remove(key);
      default -> throw new IllegalArgumentException("unknown operation " + op);
    }
  }

  @SuppressWarnings("unchecked")
  private static void applyToList(
      String op, String pointer, String index, Node value, List<?> untyped) {
    var list = (List<Object>) untyped;
    var at = index.equals("-") ? list.size() : Integer.parseInt(index);
    switch (op) {
      case "add" -> list.add(at, value.copy().map());
      case "replace" -> list.set(at, value.copy().map());
      case "remove" -> list.remove(at);
      default -> throw new IllegalArgumentException("unknown operation " + op + " on " + pointer);
    }
  }

  /** RFC 6901: {@code ~1} is a slash, {@code ~0} a tilde. */
  private static List<String> steps(String pointer) {
    var steps = new ArrayList<String>();
    for (var start = 1; start <= pointer.length(); ) {
      var end = pointer.indexOf('/', start);
      var step = pointer.substring(start, end < 0 ? pointer.length() : end);
      steps.add(step.replace("~1", "/").replace("~0", "~"));
      start = end < 0 ? pointer.length() + 1 : end + 1;
    }
    return steps;
  }
}
