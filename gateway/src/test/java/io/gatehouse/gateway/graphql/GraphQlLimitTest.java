package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import io.gatehouse.defaults.web.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

/** What a query may ask for at most. */
class GraphQlLimitTest extends GraphQlGateway {
  private static final ErrorCode INVALID = ErrorCode.VALIDATION_ERROR;
  private static final ErrorCode MALFORMED = ErrorCode.MALFORMED_REQUEST;

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
        "query($n: Int = 100) { users(limit: $n) { orders(limit: 100) { items { events { type } } }"
            + " } }",
        "query.cost");
    assertRefused(
        "{ orders(limit: 100) { items { customer { orders(limit: 100) { items { id } } }"
            + " events { hash } } } }",
        "query.cost");
  }

  @Test
  void everyAlias_paysForTheItemsOfEveryOrder() throws Exception {
    var aliases =
        IntStream.range(0, 28)
            .mapToObj(n -> "a" + n + ": orders(limit: 100) { items { items { sku name } } }")
            .collect(Collectors.joining(" "));

    assertRefused("{" + aliases + "}", "query.cost");
  }

  @Test
  void oneFullPage_isWithinTheLimits() throws Exception {
    ORDER_SERVICE.stubFor(WireMock.get("/api/orders?limit=100").willReturn(ok(page(List.of()))));

    var response =
        query(
            "{ orders(limit: 100) { items { id status items { sku name quantity unitPrice } } } }",
            Map.of(),
            TOKENS.user(subject));

    assertThat(json(response).at("/data/orders/items")).isEmpty();
    assertThat(json(response).has("errors")).isFalse();
  }

  @Test
  void answer_isBounded_whereItsFieldsAreCounted() throws Exception {
    var name = "n".repeat(30_000);
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=50")
            .willReturn(
                ok(
                    page(
                        IntStream.range(0, 50)
                            .mapToObj(_ -> "{\"id\":\"o\",\"currency\":\"" + name + "\"}")
                            .toList()))));
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));

    // 1.5 MB, once and twice.
    var once =
        query("{ orders(limit: 50) { items { currency } } }", Map.of(), TOKENS.user(subject));
    var twice =
        query(
            "{ orders(limit: 50) { items { a: currency b: currency } } me { id } }",
            Map.of(),
            TOKENS.user(subject));

    assertThat(json(once).at("/data/orders/items")).hasSize(50);
    assertThat(json(twice).at("/errors/0/extensions/code").asString())
        .isEqualTo("ANSWER_TOO_LARGE");
    assertThat(json(twice).at("/data/orders").isNull()).isTrue();
    assertThat(json(twice).at("/data/me/id").asString()).isEqualTo(subject);
  }

  @Test
  void answer_isBounded_whateverOtherCallsBroughtBefore() throws Exception {
    var name = "n".repeat(30_000);
    var orders = Collections.nCopies(50, "{\"id\":\"o\",\"currency\":\"" + name + "\"}");
    ORDER_SERVICE.stubFor(WireMock.get("/api/orders?limit=50").willReturn(ok(page(orders))));

    // 1.5 MB each.
    var both =
        json(
            query(
                "{ a: orders(limit: 50) { items { currency } }"
                    + " b: orders(limit: 50) { items { currency } } }",
                Map.of(),
                TOKENS.user(subject)));

    assertThat(both.at("/errors/0/extensions/code").asString()).isEqualTo("ANSWER_TOO_LARGE");
    assertThat(both.at("/data").valueStream().map(call -> call.at("/items").size()))
        .as("the first is told, the second is not")
        .containsExactlyInAnyOrder(50, 0);
  }

  @Test
  void textTooLong_isRefused_whateverItIsMadeOf() throws Exception {
    for (var filling : List.of("x", " ", "#", "\n", "é", "@x ", "\"")) {
      var text = filling.repeat(60_000 / filling.length());
      assertRefused("{ me { id } }" + text, INVALID);
      assertRefused("{ me { id " + text, INVALID);
    }
    // More structure than a request's body may have, counted as if it were JSON.
    for (var filling : List.of(",", "{", "[")) {
      assertRefused("{ me { id } }" + filling.repeat(60_000), ErrorCode.PAYLOAD_TOO_LARGE);
      assertRefused("{ me { id " + filling.repeat(60_000), ErrorCode.PAYLOAD_TOO_LARGE);
    }
    assertRefused("{a".repeat(5_000), MALFORMED);
    assertRefused("{ me " + "@include(if: true) ".repeat(2_000) + "{ id } }", INVALID);
    assertRefused("query(" + "$a: Int = ".repeat(200) + "1) { me { id } }", MALFORMED);
    assertRefused(
        "{ orders(after: " + "[".repeat(1_500) + "]".repeat(1_500) + ") { next } }", MALFORMED);
  }

  @Test
  void standardIntrospection_isAnswered_inDemoMode() throws Exception {
    var text =
        new ClassPathResource("introspection/graphql-js-16.15.graphql")
            .getContentAsString(StandardCharsets.UTF_8);

    var response = query(text, Map.of(), TOKENS.user(subject));

    assertThat(json(response).has("errors")).as(response.body()).isFalse();
    assertThat(json(response).at("/data/__schema/queryType/name").asString()).isEqualTo("Query");
    assertThat(json(response).at("/data/__schema/types").size()).isGreaterThan(20);
  }

  @Test
  void introspection_isBounded() throws Exception {
    var deep = "fields { type { ".repeat(12) + "name" + " } }".repeat(12);
    assertRefused("{ __schema { types { " + deep + " } } }", "query.depth");
    assertRefused(
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        INVALID);
    var often =
        IntStream.range(0, 25)
            .mapToObj(n -> "a" + n + ": __schema { types { name } }")
            .collect(Collectors.joining(" "));
    assertRefused("{" + often + "}", INVALID);
  }

  private void assertRefused(String query, ErrorCode code) throws Exception {
    var response = post(JSON.writeValueAsString(Map.of("query", query)), RESPONSE_JSON);

    assertThat(response.statusCode()).as("%.80s", query).isEqualTo(code.status());
    assertThat(json(response).at("/errors/0/extensions/code").asString()).isEqualTo(code.name());
    assertThat(response.body()).hasSizeLessThan(100_000).doesNotContain("graphql.", "java.");
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
