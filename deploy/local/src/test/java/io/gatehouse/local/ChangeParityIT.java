package io.gatehouse.local;

import static io.gatehouse.local.Made.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** REST and GraphQL allow and refuse the same changes, and make them once. */
@Order(3)
class ChangeParityIT extends AsDemoUsers {

  ChangeParityIT(RunningPlatform platform) {
    super(platform);
  }

  @Test
  void changes_areAllowedAndRefused_alike() {
    for (var token : List.of(ada, service)) {
      change(
          token,
          "/api/orders",
          NewOrder.BODY,
          "placeOrder(input: $body) { %s }".formatted(BothWays.ORDER));
      change(
          token,
          "/api/orders",
          with(NewOrder.BODY, "customerId", graceId),
          "placeOrder(input: $body) { %s }".formatted(BothWays.ORDER));
      change(
          token,
          "/api/orders",
          with(NewOrder.BODY, "currency", "XXY"),
          "placeOrder(input: $body) { id }");
      change(
          token,
          "/api/orders",
          with(NewOrder.BODY, "items", List.of()),
          "placeOrder(input: $body) { id }");
      var person = Map.<String, Object>of("email", "ada@example.com", "name", "A", "password", "x");
      change(token, "/api/users", person, "createUser(input: $body) { id }");
      change(
          token,
          "/api/users",
          with(person, "password", "a-long-enough-one"),
          "createUser(input: $body) { id }");
      for (var id : List.of(graceId, UUID.randomUUID().toString())) {
        update(token, id, Map.of("email", "grace@example.com", "name", "Grace Hopper"));
      }
      update(token, adaId, Map.of("email", "ada@example.com", "name", "Ada Lovelace"));
      update(token, adaId, Map.of("email", "ada", "name", ""));
      update(token, adaId, Map.of("email", "grace@example.com", "name", "Ada Lovelace"));
      update(
          token,
          adaId,
          Map.of(
              "email",
              "ada@example.com",
              "name",
              "Ada Lovelace",
              "roles",
              List.of("ADMIN", "USER")));
      update(
          service,
          adaId,
          Map.of("email", "ada@example.com", "name", "Ada Lovelace", "roles", List.of("USER")));
      cancel(token, UUID.randomUUID().toString(), "gone");
      cancel(token, id(api.post("/api/orders", grace, NewOrder.BODY)), "not mine");
      cancel(token, id(api.post("/api/orders", ada, NewOrder.BODY)), "");
    }
    assertThat(ways.statuses()).contains("201", "200", "400", "403", "404", "409");
  }

  @Test
  void repeatedChanges_areMadeOnce_byTheirKey() {
    var key = UUID.randomUUID().toString();
    var two =
        Map.of(
            "query",
            "mutation($in: PlaceOrderInput!) { a: placeOrder(input: $in) { id } b: placeOrder(input: $in) { id } }",
            "variables",
            Map.of("in", NewOrder.BODY));

    var first = api.send("POST", "/graphql", ada, two, "Idempotency-Key", key);
    var repeat = api.send("POST", "/graphql", ada, two, "Idempotency-Key", key);

    assertThat(first.json().at("/data/a/id")).isNotEqualTo(first.json().at("/data/b/id"));
    assertThat(repeat.json()).isEqualTo(first.json());
    assertThat(first.response().headers().firstValue("Idempotent-Replayed")).isEmpty();
    assertThat(repeat.response().headers().firstValue("Idempotent-Replayed")).hasValue("true");
    var other =
        Map.of(
            "query",
            "mutation { cancelOrder(id: \"%s\", reason: \"r\") { id } }"
                .formatted(id(api.post("/api/orders", ada, NewOrder.BODY))));
    var stale = api.send("POST", "/graphql", ada, other, "If-Match", "\"7\"");
    assertThat(stale.json().at("/errors/0/extensions/code").asString())
        .isEqualTo("VERSION_MISMATCH");
  }

  /** A creation gives two resources, which differ in what the server sets only. */
  private void change(String token, String path, Map<String, Object> body, String field) {
    var rest = api.post(path, token, body);
    var type = path.equals("/api/users") ? "CreateUserInput" : "PlaceOrderInput";
    var made =
        ways.query(
            token, "mutation($body: %s!) { %s }".formatted(type, field), Map.of("body", body));
    if (rest.status() >= 300) {
      ways.agree(rest, made, "", path);
      return;
    }
    ways.compared(rest);
    var created = made.path("data").iterator().next();
    assertThat(names(created)).isEqualTo(names(rest.json()));
    assertThat(created)
        .isEqualTo(api.get(path + "/" + created.path("id").asString(), token).json());
  }

  private void update(String token, String id, Map<String, Object> body) {
    var graphQl =
        ways.query(
            token,
            "mutation($id: ID!, $body: UpdateUserInput!) { updateUser(id: $id, input: $body) { id email name roles createdAt } }",
            Map.of("id", id, "body", body));
    var rest = api.send("PUT", "/api/users/" + id, token, body);
    if (rest.status() >= 300) {
      ways.agree(rest, graphQl, "", "PUT user");
      return;
    }
    ways.compared(rest);
    graphQl
        .at("/data/updateUser")
        .forEachEntry(
            (name, value) -> assertThat(value).as(name).isEqualTo(rest.json().path(name)));
  }

  /** The order is open for neither of them, or they would not be asked alike. */
  private void cancel(String token, String id, String reason) {
    var graphQl =
        ways.query(
            token,
            "mutation($id: ID!, $reason: String!) { cancelOrder(id: $id, reason: $reason) { id } }",
            Map.of("id", id, "reason", reason));
    var rest = api.post("/api/orders/" + id + "/cancellation", token, Map.of("reason", reason));
    if (rest.status() == 422) {
      assertThat(graphQl.at("/data/cancelOrder/id").asString()).isEqualTo(id);
    } else {
      ways.agree(rest, graphQl, "", "cancellation");
    }
  }

  private static List<String> names(JsonNode object) {
    return List.copyOf(object.propertyNames());
  }

  private static Map<String, Object> with(Map<String, Object> body, String name, Object value) {
    var more = new LinkedHashMap<>(body);
    more.put(name, value);
    return more;
  }
}
