package io.gatehouse.local;

import static io.gatehouse.local.Made.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.PublicApi.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Somebody else's order, tried by every way in. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class ForeignOrderIT {
  private final RunningPlatform platform;
  private final PublicApi api;

  ForeignOrderIT(RunningPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void anotherUsersOrder_isRefused_byEveryWayIn() {
    var email = UUID.randomUUID() + "@example.com";
    var person = Map.of("email", email, "name", "Eve", "password", "a-long-enough-one");
    var eveId = id(api.post("/api/users", null, person));
    var eve = platform.token(email, "a-long-enough-one");
    var ada = platform.personToken("ada@example.com");
    var adaId = id(api.get("/api/users/me", ada));
    var adasOrder = id(api.post("/api/orders", ada, NewOrder.BODY));
    var path = "/api/orders/" + adasOrder;
    var placedAt = api.get(path, ada).json().path("placedAt").asString();
    var items = NewOrder.BODY.get("items");

    for (var read :
        List.of(
            "",
            "?version=1",
            "?asOf=" + placedAt,
            "/events",
            "/diff?from=1&to=1",
            "/verification")) {
      refused(api.get(path + read, eve));
    }
    refused(api.send("PUT", path + "/items", eve, Map.of("items", items)));
    refused(api.post(path + "/payment", eve, Map.of("method", "card", "reference", "r")));
    refused(api.post(path + "/shipment", eve, Map.of("carrier", "c", "trackingNumber", "t")));
    refused(api.post(path + "/delivery", eve, Map.of()));
    refused(api.post(path + "/cancellation", eve, Map.of("reason", "r")));
    refused(api.get("/api/orders?customerId=" + adaId, eve));
    refused(api.get("/api/orders?limitPer=5&customerId=" + adaId + "," + eveId, eve));
    refused(api.post("/api/orders", eve, with(NewOrder.BODY, "customerId", adaId)));
    refused(
        api.post(
            "/api/orders/batch",
            eve,
            Map.of("orders", List.of(with(NewOrder.BODY, "customerId", adaId)))));
    refusedByGraphQl(eve, "{ order(id: \"%s\") { id events { data } } }".formatted(adasOrder));
    refusedByGraphQl(
        eve, "mutation { cancelOrder(id: \"%s\", reason: \"r\") { id } }".formatted(adasOrder));
    refusedByGraphQl(eve, "{ user(id: \"%s\") { orders { items { id } } } }".formatted(adaId));
    refusedByGraphQl(eve, "{ users { orders { items { id } } } }");
    for (var lists :
        List.of(
            api.get("/api/orders?limit=100", eve).json().path("items"),
            api.get("/api/me/overview", eve).json().at("/recentOrders/items"),
            query(eve, "{ orders(limit: 100) { items { id } } }").at("/data/orders/items"))) {
      assertThat(lists).isEmpty();
    }
    assertThat(api.get(path, ada).json().path("version").asInt()).isOne();
  }

  private JsonNode query(String token, String query) {
    return api.post("/graphql", token, Map.of("query", query)).json();
  }

  private static void refused(Answer answer) {
    assertThat(answer.status()).as(answer.summary()).isEqualTo(403);
    assertThat(answer.errorCode()).isEqualTo("FORBIDDEN");
  }

  private void refusedByGraphQl(String token, String query) {
    var answer = query(token, query);
    assertThat(answer.path("data").iterator().next().isNull()).as(query).isTrue();
    assertThat(answer.at("/errors/0/extensions/code").asString()).isEqualTo("FORBIDDEN");
  }

  private static Map<String, Object> with(Map<String, Object> body, String name, Object value) {
    var more = new LinkedHashMap<>(body);
    more.put(name, value);
    return more;
  }
}
