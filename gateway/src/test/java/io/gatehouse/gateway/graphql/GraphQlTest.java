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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphQlTest extends GraphQlGateway {
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
    assertThat(json(response).at("/errors/0/extensions/code").asString()).isEqualTo("BAD_GATEWAY");
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

  private List<String> hundredUsers() {
    var ids = IntStream.range(0, 100).mapToObj(_ -> UUID.randomUUID().toString()).toList();
    USER_SERVICE.stubFor(
        WireMock.get("/api/users?limit=100")
            .willReturn(ok(page(ids.stream().map(GraphQlGateway::user).toList()))));
    return ids;
  }
}
