package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.lessThanOrExactly;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.WireMock;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A request spends as many permits as it makes calls, and a sign-up one of the login limit. */
class GraphQlPermitTest extends GraphQlGateway {
  private static final Pattern LEFT = Pattern.compile("\"\\w+\";r=(\\d+);t=\\d+");

  @Test
  void request_spendsAPermit_forEachCall() throws Exception {
    ordersWithEvents(20);
    var query = "{ orders { items { events { hash } } } }";

    var response = query(query, Map.of(), TOKENS.user(subject));

    assertThat(json(response).has("errors")).isFalse();
    // 1 page of orders and 20 trails.
    ORDER_SERVICE.verify(21, getRequestedFor(urlMatching("/api/.*")));
    // A permit comes back every 20 ms, so a slow answer may show as many as a cheap one would.
    await().until(() -> left(query(query, Map.of(), TOKENS.user(fresh()))) < 90);
  }

  private static String fresh() {
    return UUID.randomUUID().toString();
  }

  @Test
  void callsWithoutAPermit_areNotMade() {
    ordersWithEvents(60);
    var query = "{ orders(limit: 60) { items { events { hash } } } }";
    var started = System.nanoTime();

    var answers =
        Stream.generate(() -> later(query)).limit(4).toList().stream()
            .map(CompletableFuture::join)
            .toList();

    assertCallsAreWithin(started);
    assertThat(answers.stream().map(HttpResponse::statusCode)).isSubsetOf(200, 429);
    assertThat(answers.stream().flatMap(GraphQlPermitTest::codes)).isSubsetOf("RATE_LIMITED");
  }

  @Test
  void calls_areBounded_beforeAnythingRuns() throws Exception {
    ordersWithEvents(100);

    var response =
        query(
            "{ orders(limit: 100) { items { events { hash } } } }", Map.of(), TOKENS.user(subject));

    assertThat(
            json(response)
                .at("/errors/0/extensions/details")
                .valueStream()
                .map(detail -> detail.path("field").asString()))
        .contains("query.calls");
    assertThat(json(response).has("data")).isFalse();
    ORDER_SERVICE.verify(0, getRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void pages_areBounded_whileItRuns() throws Exception {
    var ids = IntStream.range(0, 40).mapToObj(_ -> UUID.randomUUID().toString()).toList();
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=40")
            .willReturn(ok(page(ids.stream().map(id -> order(id, subject, 1)).toList()))));
    for (var n = 0; n < 10; n++) {
      ORDER_SERVICE.stubFor(
          WireMock.get(urlPathMatching("/api/orders/.*/events"))
              .withQueryParam("cursor", n == 0 ? absent() : equalTo("c" + n))
              .willReturn(ok("{\"items\":[{\"hash\":\"h\"}],\"next\":\"c%d\"}".formatted(n + 1))));
    }

    var response =
        query(
            "{ orders(limit: 40) { items { events { hash } } } }",
            Map.of(),
            TOKENS.service("pages-" + subject));

    assertThat(codes(response)).contains("TOO_MANY_CALLS");
    ORDER_SERVICE.verify(lessThanOrExactly(100), getRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void signUps_spendTheLoginLimit_ofTheAddress_besides() throws Exception {
    USER_SERVICE.stubFor(WireMock.post("/api/users").willReturn(ok(user(other)).withStatus(201)));

    var response = query(signUps(29), Map.of(), TOKENS.user(subject));

    // 4 at once and 1 per second in this gateway; other tests may have left less.
    assertThat(codes(response).distinct()).containsExactly("RATE_LIMITED");
    assertThat(codes(response).count()).isBetween(20L, 29L);
    assertThat(USER_SERVICE.findAll(postRequestedFor(urlEqualTo("/api/users"))))
        .hasSizeLessThanOrEqualTo(9);
  }

  @Test
  void signUps_ofAService_spendItsOwnLimit() throws Exception {
    USER_SERVICE.stubFor(WireMock.post("/api/users").willReturn(ok(user(other)).withStatus(201)));

    var response = query(signUps(29), Map.of(), TOKENS.service("provisioning"));

    assertThat(json(response).has("errors")).isFalse();
    USER_SERVICE.verify(29, postRequestedFor(urlEqualTo("/api/users")));
  }

  @Test
  void signUp_isNothing_whereAMailSaysHowToGoOn() throws Exception {
    USER_SERVICE.stubFor(WireMock.post("/api/users").willReturn(ok("{}").withStatus(202)));

    var answer = json(query(signUps(1), Map.of(), TOKENS.service("provisioning")));

    assertThat(answer.has("errors")).isFalse();
    assertThat(answer.at("/data/u0").isNull()).isTrue();
  }

  @Test
  void overview_spendsAPermit_forEachPart() {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok("{\"id\":\"u1\"}")));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?limit=5&customerId=" + subject)
            .willReturn(ok("{\"items\":[],\"next\":null}")));
    var started = System.nanoTime();

    var answers =
        Stream.generate(() -> later(request("/api/me/overview", TOKENS.user(subject))))
            .limit(120)
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertCallsAreWithin(started);
    assertThat(answers.stream().map(HttpResponse::statusCode)).isSubsetOf(200, 429);
    assertThat(answers.getFirst().body()).contains("\"missing\":[]");
  }

  /**
   * 100 at once and 50 a second, however long it takes; and the same again by this gateway alone,
   * should its Redis be late on a busy machine.
   */
  private static void assertCallsAreWithin(long started) {
    var seconds = (System.nanoTime() - started) / 1e9;
    var calls =
        Stream.of(USER_SERVICE, ORDER_SERVICE)
            .mapToInt(service -> service.findAll(getRequestedFor(urlMatching("/api/.*"))).size())
            .sum();
    assertThat((double) calls).isLessThanOrEqualTo(2 * (102 + 50 * seconds));
  }

  private CompletableFuture<HttpResponse<String>> later(String query) {
    return later(
        request("/graphql", TOKENS.user(subject))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("query", query)))));
  }

  private static CompletableFuture<HttpResponse<String>> later(HttpRequest.Builder request) {
    return CLIENT.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private void ordersWithEvents(int count) {
    var ids = IntStream.range(0, count).mapToObj(_ -> UUID.randomUUID().toString()).toList();
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathMatching("/api/orders"))
            .willReturn(ok(page(ids.stream().map(id -> order(id, subject, 1)).toList()))));
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathMatching("/api/orders/.*/events"))
            .willReturn(ok(page(List.of("{\"hash\":\"h\"}")))));
  }

  private static String signUps(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            n ->
                "u%d: createUser(input: {email: \"u%d@example.com\", name: \"U\", password: \"correct-horse\"}) { id }"
                    .formatted(n, n))
        .collect(Collectors.joining(" ", "mutation {", "}"));
  }

  private static Stream<String> codes(HttpResponse<String> response) {
    return response.statusCode() == 429
        ? Stream.of(json(response).at("/error/code").asString())
        : json(response).path("errors").valueStream().map(GraphQlPermitTest::code);
  }

  private static String code(JsonNode error) {
    return error.at("/extensions/code").asString();
  }

  private static int left(HttpResponse<String> response) {
    var matcher = LEFT.matcher(response.headers().firstValue("RateLimit").orElseThrow());
    assertThat(matcher.matches()).isTrue();
    return Integer.parseInt(matcher.group(1));
  }
}
