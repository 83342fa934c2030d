package io.gatehouse.gateway.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * What clients of one OpenAPI document would miss in another: paths, methods, success statuses and
 * media types, fields that were always there, values that became narrower, and new demands on
 * requests.
 */
final class BreakingChanges {
  private static final Set<String> METHODS = Set.of("get", "put", "post", "delete", "patch");
  private static final int DEEPEST = 12;

  private final JsonNode before;
  private final JsonNode after;
  private final List<String> found = new ArrayList<>();

  private BreakingChanges(JsonNode before, JsonNode after) {
    this.before = before;
    this.after = after;
  }

  /** One sentence for each breaking change from {@code before} to {@code after}. */
  static List<String> between(JsonNode before, JsonNode after) {
    var changes = new BreakingChanges(before, after);
    for (var path : before.path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        if (METHODS.contains(operation.getKey())) {
          changes.operation(
              path.getKey(), operation.getKey(), path.getValue(), operation.getValue());
        }
      }
    }
    return changes.found;
  }

  private void operation(String path, String method, JsonNode item, JsonNode operation) {
    var where = method.toUpperCase(java.util.Locale.ROOT) + " " + path;
    var newItem = after.path("paths").path(path);
    var now = newItem.path(method);
    if (now.isMissingNode()) {
      found.add(where + " is gone");
      return;
    }
    parameters(where, item, operation, newItem, now);
    var body = resolve(before, operation.path("requestBody"));
    var newBody = resolve(after, now.path("requestBody"));
    if (!body.path("required").asBoolean(false) && newBody.path("required").asBoolean(false)) {
      found.add(where + " now needs a body");
    }
    for (var media : body.path("content").properties()) {
      var schema = newBody.path("content").path(media.getKey());
      if (schema.isMissingNode()) {
        found.add(where + " no longer takes " + media.getKey());
      }
      request(where + " body", media.getValue().path("schema"), schema.path("schema"), 0);
    }
    for (var response : operation.path("responses").properties()) {
      response(where + " " + response.getKey(), response, now.path("responses"));
    }
    scopes(where, operation, now);
  }

  private void response(String where, Map.Entry<String, JsonNode> response, JsonNode responses) {
    var now = responses.path(response.getKey());
    if (now.isMissingNode()) {
      found.add(where + " is no longer an answer");
      return;
    }
    var newContent = resolve(after, now).path("content");
    for (var media : resolve(before, response.getValue()).path("content").properties()) {
      var newMedia = newContent.path(media.getKey());
      if (newMedia.isMissingNode()) {
        found.add(where + " no longer gives " + media.getKey());
      } else {
        answer(where, media.getValue().path("schema"), newMedia.path("schema"), 0);
      }
    }
  }

  private void parameters(
      String where, JsonNode item, JsonNode operation, JsonNode newItem, JsonNode now) {
    var known = named(before, item, operation);
    var named = named(after, newItem, now);
    for (var parameter : known.entrySet()) {
      if (!named.containsKey(parameter.getKey())) {
        found.add(where + " no longer takes " + parameter.getKey());
      } else {
        request(
            where + " " + parameter.getKey(),
            parameter.getValue().path("schema"),
            named.get(parameter.getKey()).path("schema"),
            0);
      }
    }
    for (var parameter : named.entrySet()) {
      var old = known.get(parameter.getKey());
      var wasRequired = old != null && old.path("required").asBoolean(false);
      if (parameter.getValue().path("required").asBoolean(false) && !wasRequired) {
        found.add(where + " now needs " + parameter.getKey());
      }
    }
  }

  private static Map<String, JsonNode> named(JsonNode document, JsonNode item, JsonNode operation) {
    return java.util.stream.Stream.concat(
            item.path("parameters").valueStream(), operation.path("parameters").valueStream())
        .map(parameter -> resolve(document, parameter))
        .collect(
            Collectors.toMap(
                parameter ->
                    parameter.path("in").asString() + " " + parameter.path("name").asString(),
                parameter -> parameter,
                (_, own) -> own));
  }

  /** Narrower input breaks clients that send what was fine. */
  private void request(String where, JsonNode schema, JsonNode newSchema, int depth) {
    var old = resolve(before, schema);
    var now = resolve(after, newSchema);
    if (depth > DEEPEST || old.isMissingNode()) {
      return;
    }
    for (var name : texts(now.path("required"))) {
      if (!texts(old.path("required")).contains(name)) {
        found.add(where + " now needs " + name);
      }
    }
    if (!texts(now.path("type")).containsAll(texts(old.path("type")))) {
      found.add(where + " takes fewer types");
    }
    if (now.has("enum") && !texts(now.path("enum")).containsAll(texts(old.path("enum")))) {
      found.add(where + " takes fewer values");
    }
    atMost(where, "maxLength", old, now);
    atMost(where, "maximum", old, now);
    atMost(where, "maxItems", old, now);
    for (var property : old.path("properties").properties()) {
      var newProperty = now.path("properties").path(property.getKey());
      if (newProperty.isMissingNode()) {
        found.add(where + " no longer takes " + property.getKey());
      } else {
        request(where + "." + property.getKey(), property.getValue(), newProperty, depth + 1);
      }
    }
    if (old.has("items")) {
      request(where + "[]", old.path("items"), now.path("items"), depth + 1);
    }
  }

  private void atMost(String where, String rule, JsonNode old, JsonNode now) {
    if (now.has(rule)
        && now.path(rule).asDouble() < old.path(rule).asDouble(Double.POSITIVE_INFINITY)) {
      found.add(where + " has a lower " + rule);
    }
  }

  /** Less output breaks clients that read what was always there. */
  private void answer(String where, JsonNode schema, JsonNode newSchema, int depth) {
    var old = resolve(before, schema);
    var now = resolve(after, newSchema);
    if (depth > DEEPEST || old.isMissingNode()) {
      return;
    }
    for (var name : texts(old.path("required"))) {
      if (!texts(now.path("required")).contains(name)) {
        found.add(where + " may lack " + name);
      }
    }
    if (!texts(old.path("type")).containsAll(texts(now.path("type")))) {
      found.add(where + " gives other types");
    }
    if (old.has("enum") && !texts(old.path("enum")).containsAll(texts(now.path("enum")))) {
      found.add(where + " gives new values");
    }
    for (var property : old.path("properties").properties()) {
      var newProperty = now.path("properties").path(property.getKey());
      if (newProperty.isMissingNode()) {
        found.add(where + " no longer gives " + property.getKey());
      } else {
        answer(where + "." + property.getKey(), property.getValue(), newProperty, depth + 1);
      }
    }
    if (old.has("items")) {
      answer(where + "[]", old.path("items"), now.path("items"), depth + 1);
    }
  }

  private void scopes(String where, JsonNode operation, JsonNode now) {
    var old = texts(operation.path("security").findPath("oauth2"));
    var fresh = texts(now.path("security").findPath("oauth2"));
    if (!old.containsAll(fresh)) {
      found.add(where + " now needs the scopes " + fresh);
    }
  }

  private static JsonNode resolve(JsonNode document, JsonNode value) {
    return value.has("$ref") ? document.at(value.path("$ref").asString().substring(1)) : value;
  }

  private static Set<String> texts(JsonNode value) {
    return value.isArray()
        ? value.valueStream().map(JsonNode::asString).collect(Collectors.toSet())
        : value.isMissingNode() ? Set.of() : Set.of(value.asString());
  }
}
