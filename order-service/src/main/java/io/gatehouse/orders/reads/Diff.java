package io.gatehouse.orders.reads;

import io.gatehouse.orders.store.OrderState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What differs between two versions of an order. The version's own number and time are left out:
 * they always differ.
 */
public record Diff(int from, int to, List<Change> changes) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> ALWAYS_DIFFERENT = Set.of("version", "updatedAt");

  /**
   * One differing place.
   *
   * @param path from the order's root, such as {@code items[0].quantity}
   */
  public record Change(String path, @Nullable JsonNode before, @Nullable JsonNode after) {}

  public static Diff between(OrderState from, OrderState to) {
    var changes = new ArrayList<Change>();
    compare("", tree(from), tree(to), changes);
    return new Diff(from.version(), to.version(), changes);
  }

  private static JsonNode tree(OrderState state) {
    return JSON.valueToTree(OrderBody.from(state));
  }

  private static void compare(
      String path, @Nullable JsonNode before, @Nullable JsonNode after, List<Change> changes) {
    if (before != null && before.equals(after)) {
      return;
    }
    if (before != null && after != null && before.isObject() && after.isObject()) {
      var names = new TreeSet<>(before.propertyNames());
      names.addAll(after.propertyNames());
      for (var name : names) {
        if (!path.isEmpty() || !ALWAYS_DIFFERENT.contains(name)) {
          var child = path.isEmpty() ? name : path + '.' + name;
          compare(child, before.get(name), after.get(name), changes);
        }
      }
    } else if (before != null && after != null && before.isArray() && after.isArray()) {
      for (var i = 0; i < Math.max(before.size(), after.size()); i++) {
        compare(path + '[' + i + ']', before.get(i), after.get(i), changes);
      }
    } else {
      changes.add(new Change(path, before, after));
    }
  }
}
