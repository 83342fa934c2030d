package io.gatehouse.gateway.composition;

import io.gatehouse.gateway.calls.PathTemplate;
import io.gatehouse.gateway.composition.CompositionProperties.Declaration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A declaration that was checked: every reference resolves and nothing waits for itself.
 *
 * @param parts each after those it depends on
 * @param order the parts' names as declared, which is their order in the answer
 */
record Composition(
    String name, String path, Duration deadline, List<Part> parts, List<String> order) {

  record Part(
      String name, String service, PathTemplate path, Duration timeout, Set<String> dependsOn) {}

  /**
   * Checks and orders a declaration.
   *
   * @throws IllegalArgumentException naming the key that is wrong
   */
  static Composition of(String name, Declaration declared) {
    var key = "gatehouse.compositions." + name;
    if (!declared.path().startsWith("/")) {
      throw wrong(key + ".path", "must start with /, not " + declared.path());
    }
    var parts = new LinkedHashMap<String, Part>();
    declared.parts().forEach((part, is) -> parts.put(part, part(key + ".parts." + part, part, is)));
    for (var part : parts.values()) {
      for (var needed : part.dependsOn()) {
        if (!parts.containsKey(needed)) {
          throw wrong(key + ".parts." + part.name(), "depends on " + needed + ", no such part");
        }
      }
    }
    return new Composition(
        name,
        declared.path(),
        declared.deadline(),
        ordered(key, parts),
        List.copyOf(parts.keySet()));
  }

  private static Part part(String key, String name, CompositionProperties.Part declared) {
    var path = template(key + ".path", declared.path());
    var dependsOn = new LinkedHashSet<>(declared.dependsOn());
    for (var reference : path.names()) {
      var dot = reference.indexOf('.');
      if (dot > 0) {
        dependsOn.add(reference.substring(0, dot));
      } else if (!reference.equals("subject")) {
        throw wrong(key + ".path", "names {" + reference + "}; {subject} or {part.field} can be");
      }
    }
    if (declared.timeout().isNegative() || declared.timeout().isZero()) {
      throw wrong(key + ".timeout", "must be positive");
    }
    return new Part(name, declared.service(), path, declared.timeout(), dependsOn);
  }

  private static PathTemplate template(String key, String text) {
    try {
      return PathTemplate.of(text);
    } catch (IllegalArgumentException malformed) {
      throw wrong(key, String.valueOf(malformed.getMessage()));
    }
  }

  /** Depth first, so that every part comes after those it needs. */
  private static List<Part> ordered(String key, Map<String, Part> parts) {
    var done = new LinkedHashMap<String, Part>();
    for (var part : parts.values()) {
      edge(key, part, parts, new ArrayList<>(), done);
    }
    return List.copyOf(done.values());
  }

  private static void edge(
      String key,
      @Nullable Part part,
      Map<String, Part> parts,
      List<String> way,
      Map<String, Part> done) {
    if (part == null || done.containsKey(part.name())) {
      return;
    }
    if (way.contains(part.name())) {
      throw wrong(key + ".parts." + part.name(), "depends on itself through " + way);
    }
    way.add(part.name());
    part.dependsOn().forEach(needed -> edge(key, parts.get(needed), parts, way, done));
    way.removeLast();
    done.put(part.name(), part);
  }

  private static IllegalArgumentException wrong(String key, String problem) {
    return new IllegalArgumentException(key + " " + problem);
  }
}
