package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.local.journey.Journey;
import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.PublicApi.Answer;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.MissingNode;

/**
 * Every operation of the platform's OpenAPI document, called and refused; {@link ApiDocument}
 * judges each answer.
 */
@ExtendWith(SharedPlatform.class)
@Order(2)
class ApiDocumentIT {
  private static final String PASSWORD = "a-long-enough-one";
  private static final Map<String, Object> ORDER =
      Map.of(
          "currency", "EUR",
          "items", List.of(NewOrder.ITEM),
          "shippingAddress",
              Map.of("name", "A", "line1", "1 Gate Street", "city", "Berlin", "country", "DE"));

  private final RunningPlatform platform;
  private final PublicApi api;
  private final String service;
  private final String nobody = UUID.randomUUID().toString();

  ApiDocumentIT(RunningPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
    this.service = platform.serviceToken();
  }

  @Test
  void document_describesEveryAnswer_ofEveryOperation() throws Exception {
    assertThat(new Journey(api, _ -> {}).walk()).isEqualTo(new Journey.Outcome(0, 0));
    identity();
    users();
    signIns();
    clients();
    orders();
    composed();
    pages();
    // A service that a team has added is published when its tests are its own.
    var published =
        new ApiDocument(Files.readString(CommandLineRun.ROOT.resolve("docs/openapi.json")));
    assertThat(published.operations()).hasSizeGreaterThan(20);
    var untried = new TreeSet<>(platform.document().neverSucceeded());
    untried.retainAll(published.operations());
    // These take a key or a passkey away that others sign in by, or that only a device can make:
    // KeysApiTest and PasskeysApiTest have them.
    untried.removeAll(
        Set.of("rotateKeys", "readKey", "removeKey", "removePasskey", "renamePasskey"));
    assertThat(untried).isEmpty();
  }

  @Test
  void answer_isAFailure_whenTheDocumentDoesNotDescribeIt() {
    var judge =
        new ApiDocument(
            """
            {"openapi":"3.1.0","info":{"title":"t","version":"1"},
             "paths":{"/api/users/me":{"get":{"operationId":"me","responses":{"200":{
               "description":"d","content":{"application/json":{"schema":{"$ref":"#/components/schemas/User"}}}}}}}},
             "components":{"schemas":{"User":{"type":"object","required":["id"],"properties":{"id":{"type":"string"}}}}}}
            """);
    var me = api.get("/api/users/me", platform.personToken("ada@example.com")).response();

    assertThatThrownBy(() -> judge.judge(me))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("email");
    assertThatThrownBy(() -> judge.judge(api.get("/api/users/me", null).response()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("status is not described");
    assertThatThrownBy(() -> judge.judge(api.get("/health", null).response()))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no such operation");
  }

  private void identity() throws Exception {
    expect(200, api.get("/.well-known/openid-configuration", null));
    expect(200, api.get("/oauth2/jwks", null));
    expect(200, api.get("/userinfo", platform.personToken("ada@example.com")));
    expect(401, api.get("/userinfo", null));
    var client = "client_id=demo-service&client_secret=demo-secret";
    expect(200, form("/oauth2/token", client + "&grant_type=client_credentials"));
    expect(401, form("/oauth2/token", client + "x&grant_type=client_credentials"));
    expect(400, form("/oauth2/token", "grant_type=password&client_id=cli&username=a&password=b"));
    var token = platform.serviceToken();
    expect(200, form("/oauth2/introspect", client + "&token=" + token));
    expect(401, form("/oauth2/introspect", "client_id=cli&token=" + token));
    expect(200, form("/oauth2/revoke", client + "&token=" + token));
    expect(401, form("/oauth2/revoke", client + "x&token=" + token));
    expect(200, form("/oauth2/device_authorization", "client_id=cli&scope=orders.read"));
    expect(400, form("/oauth2/device_authorization", "client_id=cli&scope=nonsense"));
    var begin =
        "/oauth2/authorize?response_type=code&client_id=cli&scope=openid&state=s"
            + "&code_challenge_method=S256&code_challenge="
            + "x".repeat(43)
            + "&redirect_uri=http://127.0.0.1:1234/callback";
    expect(302, api.get(begin, null));
    expect(400, api.get("/oauth2/authorize?client_id=nobody", null));
  }

  private void users() {
    var email = UUID.randomUUID() + "@example.com";
    var person = Map.of("email", email, "name", "Eve", "password", PASSWORD);
    var id = id(expect(201, api.post("/api/users", null, person)));
    expect(409, api.post("/api/users", null, person));
    expect(400, api.post("/api/users", null, Map.of("email", "x")));
    expect(415, api.send("POST", "/api/users", null, null, "Content-Type", "text/plain"));
    var eve = platform.token(email, PASSWORD);
    var path = "/api/users/" + id;
    var etag = etag(expect(200, api.get(path, eve)));
    expect(200, api.get("/api/users/me", eve));
    expect(401, api.get("/api/users/me", null));
    expect(304, api.send("GET", path, eve, null, "If-None-Match", etag));
    expect(200, api.get("/api/users?limit=2", service));
    expect(200, api.get("/api/users?id=" + id + "," + nobody, service));
    expect(200, api.get("/api/users?email=" + email, service));
    expect(403, api.get("/api/users", eve));
    expect(400, api.get("/api/users?limit=0&x=1", service));
    expect(404, api.get("/api/users/" + nobody, service));
    expect(403, api.get("/api/users/" + nobody, eve));
    expect(400, api.get("/api/users/not-an-id", service));
    var renamed = Map.of("email", email, "name", "Eva");
    expect(200, api.send("PUT", path, eve, renamed, "If-Match", etag));
    expect(412, api.send("PUT", path, eve, renamed, "If-Match", etag));
    expect(400, api.send("PUT", path, eve, Map.of("name", "")));
    var moved = Map.of("email", "new-" + email, "name", "Eva");
    expect(200, api.send("PUT", path, eve, moved));
    expect(202, api.post("/api/users/password-reset", null, Map.of("email", email)));
    expect(202, api.post("/api/users/password-reset", null, Map.of("email", nobody + "@x.com")));
    expect(400, api.post("/api/users/password-reset", null, Map.of("email", "x")));
    var passwords = Map.of("current", PASSWORD, "new", PASSWORD + "-2");
    expect(400, api.send("PUT", path + "/password", eve, Map.of("current", "x")));
    expect(204, api.send("PUT", path + "/password", eve, passwords));
    expect(204, api.send("DELETE", path, service, null));
    expect(404, api.send("DELETE", path, service, null));
  }

  private void signIns() {
    var email = UUID.randomUUID() + "@example.com";
    var person = Map.of("email", email, "name", "Eve", "password", PASSWORD);
    expect(201, api.post("/api/users", null, person));
    var other = platform.token(email, PASSWORD);
    var eve = platform.token(email, PASSWORD);
    var ended = "";
    for (var signIn : expect(200, api.get("/api/me/sign-ins", eve)).json().path("items")) {
      ended = signIn.path("current").asBoolean() ? ended : signIn.path("sid").asString();
    }
    expect(204, api.send("DELETE", "/api/me/sign-ins/" + ended, eve, null));
    expect(404, api.send("DELETE", "/api/me/sign-ins/" + nobody, eve, null));
    expect(204, api.send("DELETE", "/api/me/sign-ins", eve, null));
    expect(403, api.get("/api/me/sign-ins", service));
    expect(200, api.get("/api/me/passkeys", eve));
    expect(404, api.send("DELETE", "/api/me/passkeys/" + nobody, eve, null));
    expect(404, api.send("PUT", "/api/me/passkeys/" + nobody, eve, Map.of("name", "My phone")));
    expect(400, api.send("PUT", "/api/me/passkeys/" + nobody, eve, Map.of("name", "")));
    signInsOfUser(id(api.get("/api/users/me", eve)), eve);
    assertThat(other).isNotEqualTo(eve);
  }

  private void signInsOfUser(String user, String token) {
    var grace = platform.personToken("grace@example.com");
    var path = "/api/users/" + user + "/sign-ins";
    var sid = expect(200, api.get(path, grace)).json().at("/items/0/sid").asString();
    expect(403, api.get(path, token));
    expect(404, api.send("DELETE", path + "/" + nobody, grace, null));
    expect(204, api.send("DELETE", path + "/" + sid, grace, null));
    expect(204, api.send("DELETE", path, grace, null));
  }

  private void clients() {
    var grace = platform.personToken("grace@example.com");
    expect(200, api.get("/api/platform", grace));
    expect(403, api.get("/api/platform", service));
    var client =
        Map.of(
            "name",
            "Reports",
            "grants",
            List.of("client_credentials"),
            "scopes",
            List.of("orders.read"));
    var path = "/api/clients/" + id(expect(201, api.post("/api/clients", grace, client)));
    expect(403, api.post("/api/clients", service, client));
    expect(400, api.post("/api/clients", grace, Map.of("nonsense", 1)));
    expect(200, api.get("/api/clients?limit=2", grace));
    var tag = etag(expect(200, api.get(path, grace)));
    expect(304, api.send("GET", path, grace, null, "If-None-Match", tag));
    expect(200, api.send("PUT", path, grace, client, "If-Match", tag));
    expect(200, api.send("POST", path + "/secret", grace, null));
    expect(409, api.send("DELETE", "/api/clients/demo-service", grace, null));
    expect(204, api.send("DELETE", path, grace, null));
    expect(404, api.get(path, grace));
    expect(200, api.get("/api/keys", grace));
    expect(403, api.get("/api/keys", service));
  }

  private void orders() throws Exception {
    var ada = platform.personToken("ada@example.com");
    var key = UUID.randomUUID().toString();
    var placed = expect(201, api.send("POST", "/api/orders", ada, ORDER, "Idempotency-Key", key));
    expect(201, api.send("POST", "/api/orders", ada, ORDER, "Idempotency-Key", key));
    expect(
        422,
        api.send(
            "POST",
            "/api/orders/batch",
            ada,
            Map.of("orders", List.of(ORDER)),
            "Idempotency-Key",
            key));
    expect(400, api.post("/api/orders", ada, Map.of("currency", "EUR", "nonsense", 1)));
    expect(401, api.post("/api/orders", null, ORDER));
    expect(201, api.post("/api/orders/batch", ada, Map.of("orders", List.of(ORDER, ORDER))));
    expect(200, api.get("/api/orders?limit=1&status=PLACED", ada));
    expect(400, api.get("/api/orders?limit=x", ada));
    var path = "/api/orders/" + id(placed);
    var changed =
        expect(
            200,
            api.send(
                "PUT",
                path + "/items",
                ada,
                Map.of("items", List.of(NewOrder.ITEM, NewOrder.ITEM))));
    expect(304, api.send("GET", path, ada, null, "If-None-Match", etag(changed)));
    var payment = Map.of("method", "card", "reference", "r-1");
    expect(412, api.send("POST", path + "/payment", ada, payment, "If-Match", "\"1\""));
    expect(200, api.send("POST", path + "/payment", ada, payment, "If-Match", etag(changed)));
    expect(422, api.post(path + "/payment", ada, payment));
    var shipment = Map.of("carrier", "DHL", "trackingNumber", "t-1");
    expect(403, api.post(path + "/shipment", ada, shipment));
    expect(200, api.post(path + "/shipment", service, shipment));
    expect(200, api.post(path + "/delivery", service, Map.of()));
    expect(422, api.post(path + "/cancellation", ada, Map.of("reason", "late")));
    var other = "/api/orders/" + id(expect(201, api.post("/api/orders", ada, ORDER)));
    expect(200, api.post(other + "/cancellation", ada, Map.of("reason", "late")));
    expect(200, api.get(path + "?version=1", ada));
    expect(404, api.get(path + "?version=99", ada));
    expect(400, api.get(path + "?asOf=2999-01-01T00:00:00Z", ada));
    expect(200, api.get(path + "/events?limit=2", ada));
    expect(200, api.get(path + "/diff?from=1&to=5", ada));
    expect(404, api.get(path + "/diff?from=1&to=99", ada));
    expect(400, api.get(path + "/diff?from=1", ada));
    expect(200, api.get(path + "/verification", ada));
    expect(404, api.get("/api/orders/" + nobody, ada));
    expect(406, api.get("/api/orders/stream", ada));
    stream(ada);
  }

  /** The stream has no end, so only its head is looked at. */
  private void stream(String token) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(platform.url().resolve("/api/orders/stream"))
              .header("Authorization", "Bearer " + token)
              .header("Accept", "text/event-stream")
              .build();
      var response = client.send(request, BodyHandlers.ofInputStream());
      response.body().close();
      assertThat(response.statusCode()).isEqualTo(200);
      platform.document().judge(response);
      client.shutdownNow();
    }
  }

  private void composed() {
    var ada = platform.personToken("ada@example.com");
    expect(200, api.get("/api/me/overview", ada));
    expect(400, api.get("/api/me/overview?x=1", ada));
    expect(401, api.get("/api/me/overview", null));
    expect(200, api.get("/api/me/overview", service));
    var query = Map.of("query", "{ me { id orders { items { id events { type } } } } }");
    expect(200, api.post("/graphql", ada, query));
    expect(200, api.post("/graphql", ada, Map.of("query", "{ order(id: \"x\") { id } }")));
    expect(401, api.post("/graphql", null, query));
    expect(415, api.send("POST", "/graphql", ada, null, "Content-Type", "text/plain"));
    expect(400, api.send("POST", "/graphql", ada, List.of(query)));
    expect(200, api.get("/graphql?query=" + encoded("{ me { id } }"), ada));
    expect(405, api.get("/graphql?query=" + encoded("mutation { __typename }"), ada));
    expect(200, api.get("/health", null));
  }

  /** What is no operation is refused with the one error body. */
  private void pages() {
    var tag = etag(expect(200, api.get("/openapi.json", null)));
    expect(304, api.send("GET", "/openapi.json", null, null, "If-None-Match", tag));
    expect(404, api.get("/no-such-route", null));
    expect(405, api.send("PATCH", "/api/me/overview", service, null));
    expect(400, api.get("/api/orders/a;b=c", service));
  }

  private Answer form(String path, String form) throws Exception {
    var request =
        HttpRequest.newBuilder(platform.url().resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      platform.document().judge(response);
      return new Answer(response, MissingNode.getInstance());
    }
  }

  private static Answer expect(int status, Answer answer) {
    assertThat(answer.status()).as(answer.summary()).isEqualTo(status);
    return answer;
  }

  private static String id(Answer answer) {
    return answer.json().path("id").asString();
  }

  private static String etag(Answer answer) {
    return answer.response().headers().firstValue("ETag").orElseThrow();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
