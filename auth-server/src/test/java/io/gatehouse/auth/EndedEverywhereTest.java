package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.auth.AuthServerTest.Tokens;
import io.gatehouse.testing.TestPostgres;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What ends at one instance has ended at the other with the answer, and is in what gateways poll
 * there; so how soon it is effective is counted in polls, not in time: three of user-service every
 * 200 ms, where it began there, and as many of a gateway every 250 ms, as its TokenTest says.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndedEverywhereTest {
  private static final JsonMapper JSON = new JsonMapper();

  /** Whose polls are counted: nobody else's may be among them. */
  private final StandInUsers users = new StandInUsers();

  private final TestPostgres.Database database = TestPostgres.newDatabase();
  private final Instance here = start("200ms");

  /** Asks user-service nothing by itself: what it knows, it knows by the database. */
  private final Instance there = start("1h");

  private Instance start(String poll) {
    return Instance.start(
        database,
        "gatehouse.user-revocations-poll",
        poll,
        "spring.cloud.discovery.client.simple.instances.user-service[0].uri",
        "http://localhost:" + users.server.port());
  }

  @AfterAll
  void stop() {
    here.close();
    there.close();
    users.server.stop();
  }

  @Test
  void signIn_endedAtOneInstance_hasEndedAtTheOther_withTheAnswer() {
    var ada = users.account("USER");
    var phone = signedIn(here, ada);
    var stolen = tokens(here, phone);
    var own = tokens(here, signedIn(here, ada));

    assertThat(api(here, own).delete("/api/me/sign-ins/" + stolen.sid()).statusCode())
        .isEqualTo(204);

    assertThat(refresh(there, stolen).statusCode()).isEqualTo(400);
    assertThat(api(there, stolen).get("/api/me/sign-ins").statusCode()).isEqualTo(401);
    assertThat(polled(there)).contains(stolen.sid()).doesNotContain(own.sid());
    var browser = there.program();
    browser.cookies().putAll(phone.cookies());
    assertThat(Browser.location(browser.get("/account"))).contains("/login");
    assertThat(refresh(there, own).statusCode()).isEqualTo(200);
  }

  @Test
  void passwordChangedAtUserService_hasEndedSignInsEverywhere_afterThreePolls() {
    var ada = users.account("USER");
    var tokens = tokens(here, signedIn(here, ada));
    var before = polls();

    users.revoke(ada, Instant.now(), "");
    // One may have been answered before; the next was told; the third began when that was done.
    await().atMost(Duration.ofSeconds(30)).until(() -> polls() >= before + 3);

    for (var instance : new Instance[] {here, there}) {
      assertThat(polled(instance)).contains(ada.id());
      assertThat(refresh(instance, tokens).statusCode()).isEqualTo(400);
      assertThat(api(instance, tokens).get("/api/me/sign-ins").statusCode()).isEqualTo(401);
    }
  }

  @Test
  void client_changedAtOneInstance_isChangedAtTheOther_withTheAnswer() {
    var admin = api(here, tokens(here, signedIn(here, users.account("ADMIN"))));
    var made = JSON.readTree(admin.post("/api/clients", ManagedClientsTest.SERVICE).body());
    var path = "/api/clients/" + made.path("id").asString("");
    var given = token(there, made);
    assertThat(given.statusCode()).as(given.body()).isEqualTo(200);

    var fewer = ManagedClientsTest.SERVICE.replace("\"orders.read\",", "");
    assertThat(admin.put(path, fewer).statusCode()).isEqualTo(200);
    var scope = JSON.readTree(token(there, made).body()).path("scope").asString("");
    assertThat(scope).isEqualTo("users.read");
    assertThat(polled(there)).contains(made.path("id").asString(""));

    assertThat(admin.delete(path).statusCode()).isEqualTo(204);
    assertThat(token(there, made).statusCode()).isEqualTo(401);
  }

  private int polls() {
    return (int)
        users.server.getAllServeEvents().stream()
            .filter(event -> event.getRequest().getUrl().startsWith("/internal/revocations"))
            .count();
  }

  /** What a gateway is told that asks there. */
  private static String polled(Instance instance) {
    var answer =
        instance
            .program()
            .withBasic("gateway", "gateway-secret")
            .get("/internal/revocations?since=" + Instant.now().minusSeconds(30));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private static Browser signedIn(Instance instance, StandInUsers.Account account) {
    var browser = instance.program();
    browser.submit(
        "/login", "/login", Map.of("username", account.email(), "password", StandInUsers.PASSWORD));
    return browser;
  }

  private static Tokens tokens(Instance instance, Browser browser) {
    var request = AuthServerTest.authorizationRequest();
    request.put("scope", "openid users.read users.write");
    var location = Browser.location(browser.get(AuthServerTest.authorize(request)));
    var code = Objects.requireNonNull(Browser.parameter(location, "code"), location);
    return Tokens.of(instance.program().post("/oauth2/token", AuthServerTest.redemption(code)));
  }

  private static HttpResponse<String> refresh(Instance instance, Tokens tokens) {
    return instance
        .program()
        .post(
            "/oauth2/token",
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                "console",
                "refresh_token",
                tokens.refresh()));
  }

  private static HttpResponse<String> token(Instance instance, JsonNode client) {
    return instance
        .program()
        .withBasic(client.path("id").asString(""), client.path("secret").asString(""))
        .post("/oauth2/token", AuthServerTest.CLIENT_CREDENTIALS);
  }

  private static ApiCaller api(Instance instance, Tokens tokens) {
    return new ApiCaller(instance.port(), tokens.access());
  }
}
