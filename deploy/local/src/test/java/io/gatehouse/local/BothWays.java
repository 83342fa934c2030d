package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.PublicApi.Answer;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Asks by REST and by GraphQL, and compares what they say. */
final class BothWays {
  /** Every field that an order has in REST. */
  static final String ORDER =
      "id customerId status currency items { sku name quantity unitPrice } total"
          + " shippingAddress { name line1 line2 city postalCode country }"
          + " version placedAt updatedAt";

  private final PublicApi api;
  private final Set<String> statuses = new TreeSet<>();

  BothWays(PublicApi api) {
    this.api = api;
  }

  /** The REST statuses of all that was compared. */
  Set<String> statuses() {
    return statuses;
  }

  /** Counts a success that was compared by other means. */
  void compared(Answer rest) {
    statuses.add(String.valueOf(rest.status()));
  }

  void same(String token, String path, String field, String at) {
    var rest = api.get(path, token);
    agree(rest, query(token, "{ " + field + " }"), at, path);
  }

  void agree(Answer rest, JsonNode graphQl, String at, String what) {
    compared(rest);
    if (rest.status() < 300) {
      assertThat(graphQl.path("data").iterator().next()).as(what).isEqualTo(rest.json().at(at));
      return;
    }
    var error = graphQl.at("/errors/0");
    assertThat(error.at("/extensions/code").asString()).as(what).isEqualTo(rest.errorCode());
    if (!rest.errorCode().equals("MALFORMED_REQUEST")) {
      assertThat(error.path("message")).as(what).isEqualTo(rest.json().at("/error/message"));
      assertThat(error.at("/extensions/details"))
          .as(what)
          .isEqualTo(rest.json().at("/error/details"));
    }
  }

  JsonNode query(String token, String query) {
    return query(token, query, Map.of());
  }

  JsonNode query(String token, String query, Map<String, Object> variables) {
    return api.post("/graphql", token, Map.of("query", query, "variables", variables)).json();
  }
}
