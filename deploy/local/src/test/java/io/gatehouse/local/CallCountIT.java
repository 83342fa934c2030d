package io.gatehouse.local;

import static io.gatehouse.local.Made.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** How many calls a query costs, counted by the services. */
@ExtendWith(SharedPlatform.class)
@Order(3)
class CallCountIT {
  private final RunningPlatform platform;
  private final PublicApi api;

  CallCountIT(RunningPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void usersWithTheirOrders_costTwoCalls() throws Exception {
    var service = platform.serviceToken();
    for (var n = 0; n < 5; n++) {
      var person =
          Map.of(
              "email",
              UUID.randomUUID() + "@example.com",
              "name",
              "N",
              "password",
              "a-long-enough-one");
      var customer = id(api.post("/api/users", null, person));
      api.post("/api/orders", service, with(NewOrder.BODY, "customerId", customer));
    }
    var before = calls("user-service") + calls("order-service");

    var users = query(service, "{ users(limit: 100) { id orders(limit: 3) { items { id } } } }");

    assertThat(users.at("/data/users").size()).isGreaterThan(6);
    assertThat(users.has("errors")).isFalse();
    assertThat(before).isPositive();
    assertThat(calls("user-service") + calls("order-service") - before).isEqualTo(2);
  }

  private JsonNode query(String token, String query) {
    return api.post("/graphql", token, Map.of("query", query)).json();
  }

  /** API calls that a service has answered so far, by its own metric. */
  private long calls(String name) throws IOException, InterruptedException {
    var metrics = platform.managementUrl(name).resolve("/actuator/prometheus");
    try (var client = HttpClient.newHttpClient()) {
      var text = client.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString());
      return text.body()
          .lines()
          .filter(line -> line.startsWith("http_server_requests_seconds_count"))
          .filter(line -> line.contains("uri=\"/api/"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
          .sum();
    }
  }

  private static Map<String, Object> with(Map<String, Object> body, String name, Object value) {
    var more = new LinkedHashMap<>(body);
    more.put(name, value);
    return more;
  }
}
