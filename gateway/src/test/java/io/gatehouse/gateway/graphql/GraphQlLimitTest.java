package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a query may ask for at most. */
class GraphQlLimitTest extends GraphQlGateway {
  @Test
  void depthOf50_isRefused() throws Exception {
    assertRefused(
        "{ me " + "{ orders { items { customer ".repeat(16) + "{ id" + "}".repeat(50),
        "query.depth");
  }

  @Test
  void thousandAliases_areRefused() throws Exception {
    var aliases =
        IntStream.range(0, 1000)
            .mapToObj(n -> "a" + n + ":me{id}")
            .collect(Collectors.joining(" "));
    assertRefused("{" + aliases + "}", "query");
    var fewer =
        IntStream.range(0, 100).mapToObj(n -> "a" + n + ":id").collect(Collectors.joining(" "));
    assertRefused("{ me {" + fewer + "}}", "query.breadth");
    var narrow =
        IntStream.range(0, 40).mapToObj(n -> "a" + n + ":id").collect(Collectors.joining(" "));
    assertRefused("{ me {" + narrow + "}}", "query.aliases");
  }

  @Test
  void fragmentCycle_isRefused() throws Exception {
    assertRefused(
        "{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }", "query");
  }

  @Test
  void fragmentBomb_isRefused() throws Exception {
    var bomb = new StringBuilder("{ me { ...F0 } }");
    for (var n = 0; n < 30; n++) {
      bomb.append("fragment F%d on User { ...F%d ...F%d }".formatted(n, n + 1, n + 1));
    }
    bomb.append("fragment F30 on User { id name }");

    assertRefused(bomb.toString(), "query.breadth");
  }

  @Test
  void cost_isBounded_whateverTheLimitsSay() throws Exception {
    assertRefused(
        "query($n: Int = 100) { users(limit: $n) { orders(limit: 100) { items { events { type } } } } }",
        "query.cost");
    assertRefused(
        "{ orders(limit: 100) { items { customer { orders(limit: 100) { items { id } } }"
            + " events { hash } } } }",
        "query.cost");
  }

  private void assertRefused(String query, String field) throws Exception {
    var response = post(JSON.writeValueAsString(Map.of("query", query)), RESPONSE_JSON);

    assertThat(response.statusCode()).isEqualTo(400);
    var error = json(response).at("/errors/0/extensions");
    assertThat(error.path("code").asString()).isEqualTo("VALIDATION_ERROR");
    assertThat(error.path("details").valueStream().map(detail -> detail.path("field").asString()))
        .contains(field);
    USER_SERVICE.verify(0, getRequestedFor(urlMatching("/api/.*")));
  }
}
