package io.gatehouse.gateway.docs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Joins the services' OpenAPI documents with the gateway's own. The gateway's info, servers and
 * security stand; a service adds paths under {@code /api/}, tags and components, and the gateway
 * adds what it may answer in the service's place. A component whose name is taken by a different
 * one gets the service's name in front.
 */
final class PlatformDocument {
  private static final String COMPONENTS = "#/components/";

  private final Map<String, Object> joined;
  private final Map<String, Object> paths;
  private final Map<String, Map<String, Object>> components = new TreeMap<>();
  private final List<Object> ownTags;
  private final List<Object> tags = new ArrayList<>();

  private PlatformDocument(Map<String, Object> own) {
    joined = new LinkedHashMap<>(own);
    paths = new LinkedHashMap<>(object(own.get("paths")));
    ownTags = list(own.get("tags"));
    object(own.get("components"))
        .forEach((kind, named) -> components.put(kind, new TreeMap<>(object(named))));
  }

  /**
   * The one document.
   *
   * @param services the services' documents by name
   */
  static Map<String, Object> join(
      Map<String, Object> own, Map<String, Map<String, Object>> services) {
    var document = new PlatformDocument(own);
    services.forEach(document::add);
    return document.finish();
  }

  private void add(String service, Map<String, Object> document) {
    var renamed = new HashMap<String, String>();
    object(document.get("components"))
        .forEach((kind, named) -> rename(service, kind, object(named), renamed));
    object(document.get("components"))
        .forEach(
            (kind, named) ->
                object(named)
                    .forEach(
                        (name, component) -> {
                          var reference = COMPONENTS + kind + "/" + name;
                          var target = renamed.getOrDefault(reference, reference);
                          components
                              .computeIfAbsent(kind, _ -> new TreeMap<>())
                              .putIfAbsent(
                                  target.substring(target.lastIndexOf('/') + 1),
                                  redirected(component, renamed));
                        }));
    object(document.get("paths"))
        .forEach(
            (path, item) -> {
              if (path.startsWith("/api/")) {
                paths.putIfAbsent(path, throughTheDoor(redirected(item, renamed)));
              }
            });
    list(document.get("tags")).stream().filter(tag -> !tags.contains(tag)).forEach(tags::add);
  }

  /** What the gateway itself may answer instead of the service. */
  private static Object throughTheDoor(Object pathItem) {
    for (var value : object(pathItem).values()) {
      var operation = object(value);
      if (operation.get("responses") instanceof Map<?, ?>) {
        var responses = new TreeMap<String, Object>(object(operation.get("responses")));
        addRefusals(operation, responses);
        responses.putIfAbsent("502", Map.of("$ref", COMPONENTS + "responses/BadGateway"));
        responses.putIfAbsent("504", Map.of("$ref", COMPONENTS + "responses/UpstreamTimeout"));
        operation.put("responses", responses);
      }
    }
    return pathItem;
  }

  /** With what the door refuses requests of any operation. */
  private static void addRefusals(Map<String, Object> operation, Map<String, Object> responses) {
    if (operation.containsKey("requestBody")) {
      responses.putIfAbsent("408", Map.of("$ref", COMPONENTS + "responses/RequestTimeout"));
      responses.putIfAbsent("413", Map.of("$ref", COMPONENTS + "responses/TooLarge"));
    }
    responses.putIfAbsent("406", Map.of("$ref", COMPONENTS + "responses/NotJson"));
    responses.putIfAbsent("414", Map.of("$ref", COMPONENTS + "responses/UriTooLong"));
    responses.putIfAbsent("431", Map.of("$ref", COMPONENTS + "responses/HeadersTooLarge"));
  }

  private void rename(
      String service, String kind, Map<String, Object> named, Map<String, String> renamed) {
    var taken = components.getOrDefault(kind, Map.of());
    named.forEach(
        (name, component) -> {
          if (taken.containsKey(name) && !component.equals(taken.get(name))) {
            renamed.put(
                COMPONENTS + kind + "/" + name, COMPONENTS + kind + "/" + service + "." + name);
          }
        });
  }

  private Map<String, Object> finish() {
    // What people come for first, then how it is signed in to and put together.
    ownTags.stream().filter(tag -> !tags.contains(tag)).forEach(tags::add);
    joined.put("tags", tags);
    joined.put("paths", new TreeMap<>(paths));
    joined.put("components", components);
    var used = new TreeSet<String>();
    collect(joined.get("paths"), used);
    prune(used);
    // A service that was never reached leaves its types unknown, not the document invalid.
    for (var reference : used) {
      var steps = List.of(reference.substring(COMPONENTS.length()).split("/", 2));
      components
          .computeIfAbsent(steps.getFirst(), _ -> new TreeMap<>())
          .putIfAbsent(steps.getLast(), Map.of("description", "Not known right now"));
    }
    return joined;
  }

  /** Leaves only components that some path uses, directly or not. */
  private void prune(Set<String> used) {
    var before = -1;
    while (before != used.size()) {
      before = used.size();
      components.forEach(
          (kind, named) ->
              named.forEach(
                  (name, component) -> {
                    if (used.contains(COMPONENTS + kind + "/" + name)) {
                      collect(component, used);
                    }
                  }));
    }
    components.forEach(
        (kind, named) ->
            named
                .keySet()
                .removeIf(
                    name ->
                        !kind.equals("securitySchemes")
                            && !used.contains(COMPONENTS + kind + "/" + name)));
  }

  private static void collect(@Nullable Object value, Set<String> references) {
    switch (value) {
      case Map<?, ?> map -> {
        if (map.get("$ref") instanceof String reference && reference.startsWith(COMPONENTS)) {
          references.add(reference);
        }
        map.values().forEach(child -> collect(child, references));
      }
      case List<?> list -> list.forEach(child -> collect(child, references));
      case null, default -> {}
    }
  }

  private static Object redirected(Object value, Map<String, String> renamed) {
    return switch (value) {
      case Map<?, ?> map -> {
        var copy = new LinkedHashMap<String, @Nullable Object>();
        map.forEach(
            (key, child) ->
                copy.put(
                    String.valueOf(key),
                    child == null
                        ? null
                        : key.equals("$ref")
                            ? renamed.getOrDefault(child.toString(), child.toString())
                            : redirected(child, renamed)));
        yield copy;
      }
      case List<?> list -> {
        var copy = new ArrayList<@Nullable Object>();
        list.forEach(child -> copy.add(child == null ? null : redirected(child, renamed)));
        yield copy;
      }
      default -> value;
    };
  }

  @SuppressWarnings("unchecked") // A document's keys are texts.
  private static Map<String, Object> object(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  private static List<Object> list(@Nullable Object value) {
    return value instanceof List<?> list ? List.copyOf(list) : List.of();
  }
}
