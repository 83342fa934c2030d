package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.http.Fault;
import io.gatehouse.gateway.ComposingGateway;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphQlTest extends ComposingGateway {
  private static final String RESPONSE_JSON = "application/graphql-response+json";
  private final String other = UUID.randomUUID().toString();

  @Test
  void user_isItsServicesAnswer() throws Exception {
    USER_SERVICE.stubFor(
        WireMock.get("/api/users/" + subject)
            .willReturn(ok("{\"id\":\"%s\",\"name\":\"Ada\",\"version\":3}".formatted(subject))));

    var response =
        query(
            "query($id: ID!) { user(id: $id) { id name version email } }",
            Map.of("id", subject),
            TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).toString())
        .isEqualTo(
            "{\"data\":{\"user\":{\"id\":\"%s\",\"name\":\"Ada\",\"version\":3,\"email\":null}}}"
                .formatted(subject));
  }

  @Test
  void hundredUsersWithOrders_costExactlyTwoCalls() throws Exception {
    var ids = hundredUsers();
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathEqualTo("/api/orders"))
            .willReturn(
                ok(
                    page(
                        ids.stream()
                            .flatMap(
                                id ->
                                    IntStream.range(0, 3)
                                        .mapToObj(n -> order(UUID.randomUUID().toString(), id, n)))
                            .toList()))));

    var response =
        query(
            "{ users(limit: 100) { id orders(limit: 3) { items { id total customerId } next } } }",
            Map.of(),
            TOKENS.admin(subject));

    var users = json(response).at("/data/users");
    assertThat(users).hasSize(100);
    for (var user : users) {
      assertThat(user.at("/orders/items")).hasSize(3);
      assertThat(user.at("/orders/items/2/total").asLong()).isEqualTo(8_000_000_002L);
      assertThat(user.at("/orders/items/0/customerId")).isEqualTo(user.path("id"));
    }
    USER_SERVICE.verify(1, getRequestedFor(urlMatching("/api/.*")));
    ORDER_SERVICE.verify(
        1,
        getRequestedFor(
            urlEqualTo("/api/orders?customerId=" + String.join(",", ids) + "&limitPer=3")));
    ORDER_SERVICE.verify(1, getRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void usersAnswer_withNullsAndNamedErrors_whenOrderServiceIsDown() throws Exception {
    hundredUsers();
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathEqualTo("/api/orders"))
            .willReturn(WireMock.aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));

    var response =
        query(
            "{ users(limit: 100) { id orders { items { id } } } }",
            Map.of(),
            TOKENS.admin(subject));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).at("/data/users")).hasSize(100);
    assertThat(json(response).at("/data/users/7/orders").isNull()).isTrue();
    assertThat(json(response).at("/errors")).hasSize(100);
    assertThat(json(response).at("/errors/0/path/2").asString()).isEqualTo("orders");
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isIn("BAD_GATEWAY", "SERVICE_UNAVAILABLE");
    assertThat(json(response).at("/errors/0/extensions/requestId").asString()).isNotEmpty();
  }

  @Test
  void ownOrdersAndTheirCustomer_useTheCallersOwnPaths_ofAUserWithoutPrivileges() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));
    USER_SERVICE.stubFor(WireMock.get("/api/users/" + subject).willReturn(ok(user(subject))));
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders?customerId=" + subject + "&limit=20")
            .willReturn(ok(page(List.of(order("o1", subject, 1), order("o2", subject, 2))))));

    var response =
        query("{ me { orders { items { customer { id } } } } }", Map.of(), TOKENS.user(subject));

    assertThat(json(response).at("/data/me/orders/items/1/customer/id").asString())
        .isEqualTo(subject);
    USER_SERVICE.verify(1, getRequestedFor(urlEqualTo("/api/users/" + subject)));
  }

  @Test
  void customers_areLoadedTogether_andThoseWhoAreGoneAreNull() throws Exception {
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders")
            .willReturn(
                ok(
                    page(
                        List.of(
                            order("o1", subject, 1),
                            order("o2", other, 2),
                            order("o3", "demo-service", 3))))));
    USER_SERVICE.stubFor(
        WireMock.get("/api/users?id=" + subject + "," + other)
            .willReturn(ok(page(List.of(user(other))))));

    var response =
        query("{ orders { items { customer { id } } } }", Map.of(), TOKENS.admin(subject));

    var items = json(response).at("/data/orders/items");
    assertThat(items.at("/0/customer").isNull()).isTrue();
    assertThat(items.at("/1/customer/id").asString()).isEqualTo(other);
    assertThat(items.at("/2/customer").isNull()).isTrue();
    assertThat(json(response).has("errors")).isFalse();
  }

  @Test
  void sameRead_isMadeOnce_perRequest() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));

    query("{ me { id } again: me { name } }", Map.of(), TOKENS.user(subject));

    USER_SERVICE.verify(1, getRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void events_areAllOfThem_overSeveralPages() throws Exception {
    var path = "/api/orders/" + other + "/events?limit=100";
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders/" + other).willReturn(ok(order(other, subject, 1))));
    ORDER_SERVICE.stubFor(
        WireMock.get(path)
            .willReturn(ok("{\"items\":[{\"version\":1,\"data\":{\"a\":[1]}}],\"next\":\"c=1\"}")));
    ORDER_SERVICE.stubFor(
        WireMock.get(path + "&cursor=c%3D1")
            .willReturn(ok("{\"items\":[{\"version\":2}],\"next\":null}")));

    var response =
        query(
            "query($id: ID!) { order(id: $id) { events { version data } } }",
            Map.of("id", other),
            TOKENS.user(subject));

    assertThat(json(response).at("/data/order/events").toString())
        .isEqualTo("[{\"version\":1,\"data\":{\"a\":[1]}},{\"version\":2,\"data\":null}]");
  }

  @Test
  void order_inTime_passesVersionAndTime() throws Exception {
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathEqualTo("/api/orders/" + other)).willReturn(ok("{}")));

    query(
        "query($id: ID!) { order(id: $id, version: 2, asOf: \"2026-11-22T10:00:00.000001Z\")"
            + " { version } }",
        Map.of("id", other),
        TOKENS.user(subject));

    ORDER_SERVICE.verify(
        getRequestedFor(
            urlEqualTo(
                "/api/orders/" + other + "?version=2&asOf=2026-11-22T10%3A00%3A00.000001Z")));
  }

  @Test
  void placeOrder_sendsItsInput_withAmountsBeyond32Bits() throws Exception {
    ORDER_SERVICE.stubFor(
        WireMock.post("/api/orders").willReturn(ok(order("o1", subject, 1)).withStatus(201)));
    var item = Map.of("sku", "A", "name", "B", "quantity", 2, "unitPrice", 1_000_000_000L);

    var response =
        query(
            "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { id total status } }",
            Map.of("input", Map.of("currency", "EUR", "items", List.of(item))),
            TOKENS.user(subject));

    assertThat(json(response).at("/data/placeOrder/total").asLong()).isEqualTo(8_000_000_001L);
    ORDER_SERVICE.verify(
        postRequestedFor(urlEqualTo("/api/orders"))
            .withRequestBody(
                equalToJson(
                    "{\"currency\":\"EUR\",\"items\":[{\"sku\":\"A\",\"name\":\"B\",\"quantity\":2,\"unitPrice\":1000000000}]}")));
  }

  @Test
  void cancelOrder_sendsItsReason_andReadsAfterItAreFresh() throws Exception {
    ORDER_SERVICE.stubFor(
        WireMock.post("/api/orders/" + other + "/cancellation")
            .willReturn(ok(order(other, subject, 1))));
    USER_SERVICE.stubFor(WireMock.get("/api/users/" + subject).willReturn(ok(user(subject))));

    var response =
        query(
            "mutation($id: ID!) { a: cancelOrder(id: $id, reason: \"x\") { customer { id } }"
                + " b: cancelOrder(id: $id, reason: \"x\") { customer { id } } }",
            Map.of("id", other),
            TOKENS.user(subject));

    assertThat(json(response).at("/data/b/customer/id").asString()).isEqualTo(subject);
    ORDER_SERVICE.verify(
        2,
        postRequestedFor(urlEqualTo("/api/orders/" + other + "/cancellation"))
            .withRequestBody(equalToJson("{\"reason\":\"x\"}")));
    USER_SERVICE.verify(2, getRequestedFor(urlMatching("/api/.*")));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 403, 404, 409, 422, 429})
  void refusal_keepsItsCode(int status) throws Exception {
    ORDER_SERVICE.stubFor(
        WireMock.get("/api/orders/" + other).willReturn(refusal(status, "CODE_" + status)));

    var response =
        query(
            "query($id: ID!) { order(id: $id) { id } }", Map.of("id", other), TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).at("/data/order").isNull()).isTrue();
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("CODE_" + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream", "me", "..", "", "1/../2", "%2e"})
  void id_cannotBecomeAnotherPath(String id) throws Exception {
    var response =
        query("query($id: ID!) { order(id: $id) { id } }", Map.of("id", id), TOKENS.user(subject));

    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
    ORDER_SERVICE.verify(0, getRequestedFor(urlMatching("/api/.*")));
  }

  @Test
  void request_needsAToken() throws Exception {
    var response =
        send(
            request("/graphql")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"query\":\"{ me { id } }\"}")));

    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(json(response).at("/error/code").asString()).isEqualTo("UNAUTHENTICATED");
    assertThat(response.headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @Test
  void query_mayBeSentByGet() throws Exception {
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));

    var response = get("/graphql?query=" + encoded("query A { me { id } }"), TOKENS.user(subject));

    assertThat(json(response).at("/data/me/id").asString()).isEqualTo(subject);
  }

  @Test
  void mutation_isRefused_byGet() throws Exception {
    var mutation = "mutation { cancelOrder(id: \"%s\", reason: \"x\") { id } }".formatted(other);

    var response = get("/graphql?query=" + encoded(mutation), TOKENS.user(subject));

    assertThat(response.statusCode()).isEqualTo(405);
    assertThat(response.headers().firstValue("Allow")).hasValue("POST");
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("METHOD_NOT_ALLOWED");
    ORDER_SERVICE.verify(0, postRequestedFor(urlMatching("/api/.*")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded"})
  void post_isRefused_whenAnotherSitesPageCouldSendIt(String type) throws Exception {
    var response =
        send(
            request("/graphql")
                .header("Authorization", "Bearer " + TOKENS.user(subject))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("{\"query\":\"{ me { id } }\"}")));

    assertThat(response.statusCode()).isEqualTo(415);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("UNSUPPORTED_MEDIA_TYPE");
  }

  @Test
  void batch_isRefused() throws Exception {
    var response = post("[{\"query\":\"{ me { id } }\"}]", "application/json");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void duplicateKeys_areRefused() throws Exception {
    var response = post("{\"query\":\"{ a }\",\"query\":\"{ b }\"}", "application/json");

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
  }

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

  @Test
  void unknownField_isAValidationError_withTheStatusThatTheMediaTypeHas() throws Exception {
    var body = "{\"query\":\"{ me { nonsense } }\"}";

    assertThat(post(body, RESPONSE_JSON).statusCode()).isEqualTo(400);
    assertThat(post(body, "application/json").statusCode()).isEqualTo(200);
    var error = json(post(body, RESPONSE_JSON)).at("/errors/0");
    assertThat(error.at("/extensions/code").asString()).isEqualTo("VALIDATION_ERROR");
    assertThat(error.at("/locations/0/line").asInt()).isEqualTo(1);
  }

  @Test
  void syntaxError_isMalformed() throws Exception {
    var response = post("{\"query\":\"{ me { \"}", RESPONSE_JSON);

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("MALFORMED_REQUEST");
  }

  @Test
  void wrongVariable_isAValidationError() throws Exception {
    var response =
        query("query($n: Int) { users(limit: $n) { id } }", Map.of("n", "x"), TOKENS.admin(other));

    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("VALIDATION_ERROR");
    assertThat(json(response).has("data")).isFalse();
  }

  @Test
  void mediaType_isRefused_whenItCannotBeProduced() throws Exception {
    var response = post("{\"query\":\"{ me { id } }\"}", "text/html");

    assertThat(response.statusCode()).isEqualTo(406);
    assertThat(json(response).at("/errors/0/extensions/code").asString())
        .isEqualTo("NOT_ACCEPTABLE");
  }

  @Test
  void schema_showsNoServices_toWhoeverReadsIt() throws Exception {
    var response =
        query("{ __schema { directives { name } types { name } } }", Map.of(), TOKENS.user(other));

    assertThat(response.body()).contains("OrderPage").doesNotContain("\"call\"", "\"batch\"");
  }

  private List<String> hundredUsers() {
    var ids = IntStream.range(0, 100).mapToObj(_ -> UUID.randomUUID().toString()).toList();
    USER_SERVICE.stubFor(
        WireMock.get("/api/users?limit=100")
            .willReturn(ok(page(ids.stream().map(GraphQlTest::user).toList()))));
    return ids;
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

  private HttpResponse<String> query(String query, Map<String, Object> variables, String token)
      throws Exception {
    return send(
        request("/graphql")
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    JSON.writeValueAsString(Map.of("query", query, "variables", variables)))));
  }

  private HttpResponse<String> post(String body, String accept) throws Exception {
    return send(
        request("/graphql")
            .header("Authorization", "Bearer " + TOKENS.user(subject))
            .header("Content-Type", "application/json")
            .header("Accept", accept)
            .POST(BodyPublishers.ofString(body)));
  }

  private static String user(String id) {
    return "{\"id\":\"%s\",\"name\":\"Ada\"}".formatted(id);
  }

  private static String order(String id, String customer, int n) {
    return "{\"id\":\"%s\",\"customerId\":\"%s\",\"status\":\"PLACED\",\"total\":%d}"
        .formatted(id, customer, 8_000_000_000L + n);
  }

  private static String page(List<String> items) {
    return "{\"items\":[" + String.join(",", items) + "],\"next\":null}";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
