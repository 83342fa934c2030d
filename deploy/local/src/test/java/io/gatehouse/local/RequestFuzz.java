package io.gatehouse.local;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Requests made at random from the platform's OpenAPI document: each parameter, header and field is
 * now and then what the document asks for, now and then anything else. The same seed makes the same
 * requests.
 */
final class RequestFuzz {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int DEEPEST = 6;

  private final Random random;
  private final URI url;
  private final JsonNode document;
  private final List<Operation> operations = new ArrayList<>();
  private final List<String> tokens;
  private final Map<String, String> ids;

  private record Operation(
      String method, String path, JsonNode declared, List<JsonNode> parameters) {}

  /**
   * Requests for a platform.
   *
   * @param document the text of its OpenAPI document
   * @param tokens access tokens to be called with; an empty one for none
   * @param ids of things that are there, by the name of a path's parameter's tag: {@code orders},
   *     {@code users}
   */
  RequestFuzz(long seed, URI url, String document, List<String> tokens, Map<String, String> ids) {
    this.random = new Random(seed);
    this.url = url;
    this.document = JSON.readTree(document);
    this.tokens = tokens;
    this.ids = ids;
    this.document
        .path("paths")
        .propertyStream()
        // A stream has no end.
        .filter(path -> !path.getKey().endsWith("/stream"))
        .forEach(
            path ->
                path.getValue()
                    .propertyStream()
                    .filter(item -> item.getValue().has("operationId"))
                    .forEach(item -> add(path.getKey(), path.getValue(), item)));
  }

  private void add(String path, JsonNode paths, Map.Entry<String, JsonNode> item) {
    var parameters =
        Stream.of(paths, item.getValue())
            .flatMap(node -> node.path("parameters").valueStream())
            .map(this::resolved)
            .toList();
    operations.add(
        new Operation(
            item.getKey().toUpperCase(java.util.Locale.ROOT), path, item.getValue(), parameters));
  }

  HttpRequest next() {
    var operation = pick(operations);
    var request =
        HttpRequest.newBuilder(url.resolve(path(operation) + query(operation)))
            .timeout(Duration.ofSeconds(40));
    var token = pick(tokens);
    if (!token.isEmpty()) {
      request.setHeader("Authorization", "Bearer " + token);
    }
    var content = operation.declared().path("requestBody").path("content");
    if (content.isEmpty()) {
      request.method(operation.method(), BodyPublishers.noBody());
    } else {
      var type = content.propertyStream().findFirst().orElseThrow();
      request.setHeader("Content-Type", type.getKey());
      request.method(operation.method(), BodyPublishers.ofString(body(type)));
    }
    while (chance(3)) {
      request.setHeader(pick(FuzzWords.HEADERS), pick(FuzzWords.VALUES));
    }
    return request.build();
  }

  private String path(Operation operation) {
    var path = operation.path();
    for (var parameter : operation.parameters()) {
      if (parameter.path("in").asString().equals("path")) {
        var things = path.startsWith("/api/orders") ? "orders" : "users";
        // What is deleted is nobody.
        var id =
            chance(3) || operation.method().equals("DELETE")
                ? pick(FuzzWords.TEXTS)
                : ids.getOrDefault(things, "x");
        path =
            path.replace(
                "{" + parameter.path("name").asString() + "}", encoded(id.isEmpty() ? "x" : id));
      }
    }
    return path;
  }

  private String query(Operation operation) {
    var query = new ArrayList<String>();
    for (var parameter : operation.parameters()) {
      if (parameter.path("in").asString().equals("query") && chance(2)) {
        var name = parameter.path("name").asString();
        query.add(
            name
                + "="
                + encoded(chance(2) ? pick(FuzzWords.TEXTS) : text(parameter.path("schema"))));
        if (chance(10)) {
          query.add(name + "=" + encoded(pick(FuzzWords.TEXTS)));
        }
      }
    }
    if (chance(10)) {
      query.add(encoded(pick(FuzzWords.TEXTS)) + "=" + encoded(pick(FuzzWords.TEXTS)));
    }
    return query.isEmpty() ? "" : "?" + String.join("&", query);
  }

  private String text(JsonNode schema) {
    var value = value(schema, 0);
    return value.isValueNode() ? value.asString("") : value.toString();
  }

  private String body(Map.Entry<String, JsonNode> type) {
    if (chance(15)) {
      return pick(FuzzWords.TEXTS);
    }
    var value = spoilt(value(type.getValue().path("schema"), 0));
    if (type.getKey().contains("json")) {
      return JSON.writeValueAsString(value);
    }
    var form = new ArrayList<String>();
    value
        .propertyStream()
        .forEach(field -> form.add(field.getKey() + "=" + formText(field.getValue())));
    return String.join("&", form);
  }

  private String formText(JsonNode value) {
    return chance(8)
        ? pick(List.of("%", "%zz", "%C3%28", "%00", "a&=b", ""))
        : encoded(value.asString(""));
  }

  /** A value as the schema asks for, without being too exact about it. */
  private JsonNode value(JsonNode given, int depth) {
    var schema = resolved(given);
    for (var choice : List.of("oneOf", "anyOf", "allOf")) {
      if (schema.path(choice).size() > 0) {
        return value(
            schema.path(choice).get(random.nextInt(schema.path(choice).size())), depth + 1);
      }
    }
    if (schema.path("enum").size() > 0) {
      return schema.path("enum").get(random.nextInt(schema.path("enum").size()));
    }
    if (schema.has("example")) {
      return schema.path("example");
    }
    // Some requests are right, so that something is there for the others.
    if (schema.path("examples").size() > 0 && chance(3)) {
      return schema.path("examples").get(0).deepCopy();
    }
    return switch (type(schema)) {
      case "object" -> object(schema, depth);
      case "array" -> {
        var array = JSON.createArrayNode();
        for (var n = random.nextInt(4); n > 0 && depth < DEEPEST; n--) {
          array.add(value(schema.path("items"), depth + 1));
        }
        yield array;
      }
      case "integer", "number" -> JSON.valueToTree(random.nextInt(1, 100));
      case "boolean" -> JSON.valueToTree(random.nextBoolean());
      default ->
          JSON.valueToTree(
              pick(List.of("Tea", "EUR", "a-long-enough-one", "ada@example.com", "10115", "DE")));
    };
  }

  private JsonNode object(JsonNode schema, int depth) {
    var object = JSON.createObjectNode();
    if (depth < DEEPEST) {
      schema
          .path("properties")
          .propertyStream()
          .forEach(
              property -> {
                if (!chance(5)) {
                  object.set(property.getKey(), value(property.getValue(), depth + 1));
                }
              });
    }
    return object;
  }

  private static String type(JsonNode schema) {
    var type = schema.path("type");
    var first = type.isArray() ? type.path(0).asString("") : type.asString("");
    return first.isEmpty() && schema.has("properties") ? "object" : first;
  }

  /** With a field or two that are something else. */
  private JsonNode spoilt(JsonNode value) {
    if (chance(3)) {
      return value;
    }
    return switch (value) {
      case ObjectNode object when !object.isEmpty() -> {
        var name = pick(object.propertyNames().stream().toList());
        if (chance(4)) {
          object.set(pick(FuzzWords.TEXTS), junk());
        } else {
          object.set(name, chance(2) ? junk() : spoilt(object.path(name)));
        }
        yield object;
      }
      case ArrayNode array when !array.isEmpty() -> {
        var at = random.nextInt(array.size());
        array.set(at, chance(2) ? junk() : spoilt(array.get(at)));
        yield array;
      }
      default -> junk();
    };
  }

  private JsonNode junk() {
    return switch (random.nextInt(7)) {
      case 0 -> JSON.nullNode();
      case 1 -> JSON.createObjectNode();
      case 2 -> JSON.createArrayNode().add(1).add("x");
      case 3 -> JSON.valueToTree(random.nextLong());
      case 4 -> JSON.valueToTree(-1.5e300);
      case 5 -> JSON.valueToTree(random.nextBoolean());
      default -> JSON.valueToTree(pick(FuzzWords.TEXTS));
    };
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
  }

  private boolean chance(int in) {
    return random.nextInt(in) == 0;
  }

  private <T> T pick(List<T> among) {
    return among.get(random.nextInt(among.size()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
