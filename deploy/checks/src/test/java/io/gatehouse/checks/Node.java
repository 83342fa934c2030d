package io.gatehouse.checks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value of a YAML document: a map, a list, a scalar or nothing. Reading past the end gives
 * nothing, so that a check can ask for {@code at("spec", "template", "spec")} and then for {@link
 * #exists}.
 */
record Node(@Nullable Object value) {

  Node at(Object... path) {
    var here = value;
    for (var step : path) {
      here =
          switch (here) {
            case Map<?, ?> map -> map.get(step);
            case List<?> list when step instanceof Integer index && index < list.size() ->
                list.get(index);
            case null, default -> null;
          };
    }
    return new Node(here);
  }

  boolean exists() {
    return value != null;
  }

  String text() {
    return Objects.toString(value, "");
  }

  int number() {
    return Integer.parseInt(text());
  }

  /** The list's entries; none when this is no list. */
  List<Node> items() {
    return value instanceof List<?> list ? list.stream().map(Node::new).toList() : List.of();
  }

  /** The map's keys; none when this is no map. */
  List<String> keys() {
    return value instanceof Map<?, ?> map
        ? map.keySet().stream().map(String::valueOf).toList()
        : List.of();
  }

  Stream<String> texts() {
    return items().stream().map(Node::text);
  }

  String kind() {
    return at("kind").text();
  }

  String name() {
    return at("metadata", "name").text();
  }

  /** {@code Deployment/gateway}, for messages. */
  String id() {
    return kind() + "/" + name();
  }

  /** The map itself, to be changed. */
  @SuppressWarnings("unchecked")
  Map<String, Object> map() {
    return (Map<String, Object>) Objects.requireNonNull(value, "a map is expected here");
  }

  /** The map under this key, made if it is not there. */
  Node child(String key) {
    return new Node(map().computeIfAbsent(key, _ -> new LinkedHashMap<String, Object>()));
  }

  /** A copy that shares nothing with this. */
  Node copy() {
    return new Node(copied(value));
  }

  private static @Nullable Object copied(@Nullable Object from) {
    return switch (from) {
      case Map<?, ?> map -> {
        var to = new LinkedHashMap<Object, @Nullable Object>();
        map.forEach((key, child) -> to.put(key, copied(child)));
        yield to;
      }
      case List<?> list -> {
        var to = new ArrayList<@Nullable Object>();
        list.forEach(child -> to.add(copied(child)));
        yield to;
      }
      case null, default -> from;
    };
  }
}
