package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.gatehouse.local.journey.PublicApi;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The platform's OpenAPI document as a judge of answers. What it does not describe is a failure: an
 * operation, a status, a media type, a field. To that end each of its objects is closed unless it
 * says that there can be more fields.
 */
final class ApiDocument {
  private static final String ID = "https://gatehouse.example/openapi.json";
  private static final JsonMapper JSON = new JsonMapper();

  private final JsonNode document;
  private final SchemaRegistry registry;
  private final ConcurrentMap<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
  private final Set<String> succeeded = ConcurrentHashMap.newKeySet();

  ApiDocument(String text) {
    this.document = JSON.readTree(text);
    close(document.at("/components/schemas"));
    this.registry =
        SchemaRegistry.withDialect(
            Dialects.getOpenApi31(),
            registry -> registry.schemas(Map.of(ID, JSON.writeValueAsString(document))));
  }

  static ApiDocument at(URI platform) {
    return new ApiDocument(new PublicApi(platform).get("/openapi.json", null).response().body());
  }

  /** True when every service's part is there. */
  boolean isWhole() {
    return Set.of("/api/users", "/api/orders").stream().allMatch(document.path("paths")::has);
  }

  /** The operations that no answer so far was a success of. */
  Set<String> neverSucceeded() {
    var left = operations();
    left.removeAll(succeeded);
    return left;
  }

  /** The ids of all operations. */
  Set<String> operations() {
    var ids = new TreeSet<String>();
    document
        .path("paths")
        .forEach(
            item ->
                item.forEach(
                    operation -> {
                      if (operation.has("operationId")) {
                        ids.add(operation.path("operationId").asString());
                      }
                    }));
    return ids;
  }

  /** Fails unless the document describes this answer. */
  void judge(HttpResponse<?> response) {
    var request = response.request();
    var what =
        "%s %s answered %d %s"
            .formatted(
                request.method(), request.uri(), response.statusCode(), text(response.body()));
    assertThat(problems(response)).as(what).isEmpty();
  }

  /** What the document does not describe of this answer; empty when it describes all. */
  List<String> problems(HttpResponse<?> response) {
    var operation = operation(response);
    if (operation.isMissingNode()) {
      return response.statusCode() < 400
          ? List.of("there is no such operation")
          : errors(reference("#/components/schemas/Error"), JSON.readTree(text(response.body())));
    }
    var described =
        resolved(operation.path("responses").path(String.valueOf(response.statusCode())));
    if (described.isMissingNode()) {
      return List.of("the status is not described");
    }
    var problems = new ArrayList<String>();
    if (response.headers().firstValue("X-Request-Id").isEmpty()) {
      problems.add("X-Request-Id is missing");
    }
    described
        .path("headers")
        .propertyStream()
        .forEach(
            header ->
                judgeHeader(header.getKey(), resolved(header.getValue()), response, problems));
    judgeBody(described.path("content"), response, problems);
    if (problems.isEmpty() && response.statusCode() < 400) {
      succeeded.add(operation.path("operationId").asString());
    }
    return problems;
  }

  private void judgeHeader(
      String name, JsonNode described, HttpResponse<?> response, List<String> problems) {
    for (var value : response.headers().allValues(name)) {
      var isNumber = "integer".equals(described.at("/schema/type").asString(""));
      var json = JSON.readTree(isNumber ? value : JSON.writeValueAsString(value));
      for (var error : errors(described.path("schema"), json)) {
        problems.add(name + ": " + error);
      }
    }
  }

  private void judgeBody(JsonNode content, HttpResponse<?> response, List<String> problems) {
    var body = text(response.body());
    if (content.isMissingNode()) {
      if (!body.isEmpty()) {
        problems.add("no body is described");
      }
      return;
    }
    var type = response.headers().firstValue("Content-Type").orElse("").split(";", 2)[0];
    if (!content.has(type)) {
      problems.add("the media type " + type + " is not described");
    } else if (type.contains("json")) {
      problems.addAll(errors(content.path(type).path("schema"), JSON.readTree(body)));
    }
  }

  /** The operation of the path with the fewest parameters that fits. */
  private JsonNode operation(HttpResponse<?> response) {
    var path = response.request().uri().getPath();
    var method = response.request().method().toLowerCase(Locale.ROOT);
    return document
        .path("paths")
        .propertyStream()
        .filter(item -> path.matches(item.getKey().replaceAll("\\{[^}]+}", "[^/]+")))
        .min(Comparator.comparingInt(item -> item.getKey().split("\\{", -1).length))
        .map(item -> item.getValue().path(method))
        .orElse(JSON.missingNode());
  }

  private JsonNode resolved(JsonNode node) {
    return node.has("$ref") ? document.at(node.path("$ref").asString().substring(1)) : node;
  }

  private static JsonNode reference(String target) {
    return JSON.createObjectNode().put("$ref", target);
  }

  private List<String> errors(JsonNode schema, JsonNode value) {
    return schemas
        .computeIfAbsent(schema, this::compiled)
        .validate(value, run -> run.executionConfig(config -> config.formatAssertionsEnabled(true)))
        .stream()
        .map(Error::toString)
        .collect(Collectors.toList());
  }

  private Schema compiled(JsonNode schema) {
    var absolute = schema.deepCopy();
    if (absolute instanceof ObjectNode object && object.has("$ref")) {
      object.put("$ref", ID + object.path("$ref").asString());
    }
    return registry.getSchema(SchemaLocation.of(ID + "/" + schemas.size()), absolute);
  }

  private static void close(JsonNode node) {
    if (node instanceof ObjectNode schema
        && schema.path("properties").isObject()
        && !schema.has("additionalProperties")) {
      schema.put("additionalProperties", false);
    }
    node.forEach(ApiDocument::close);
  }

  private static String text(@Nullable Object body) {
    return body instanceof String text ? text : "";
  }
}
