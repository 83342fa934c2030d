package io.gatehouse.auth;

import static io.gatehouse.auth.SigningKeys.accessToken;
import static io.gatehouse.auth.SigningKeys.isActive;
import static io.gatehouse.auth.SigningKeys.keyOf;
import static io.gatehouse.auth.SigningKeys.keysCommand;
import static io.gatehouse.auth.SigningKeys.newest;
import static io.gatehouse.auth.SigningKeys.published;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TestPostgres;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

/** {@code /api/keys}: an ADMIN lists and rotates the signing keys, and ends one that has leaked. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeysApiTest {
  private static final Duration SOON = Duration.ofMinutes(1);

  private final Instance server = Instance.start(TestPostgres.newDatabase());

  @AfterAll
  void stop() {
    server.close();
  }

  @BeforeEach
  void forgetStubs() {
    AuthServerTest.USERS.reset();
  }

  @Test
  void keys_areListed_andRotated_byAnAdmin() {
    var admin = admin(server);
    var before = items(admin.get("/api/keys"));
    assertThat(before.getLast().propertyNames())
        .containsExactly("kid", "algorithm", "state", "publishedAt", "signsFrom", "endsAt");

    var made = admin.post("/api/keys", null);

    var kid = AuthServerTest.JSON.readTree(made.body()).path("kid").asString("");
    assertThat(made.statusCode()).as(made.body()).isIn(200, 201);
    assertThat(made.body()).contains("\"algorithm\":\"RS256\"", "\"state\":\"PUBLISHED\"");
    assertThat(published(server)).contains(kid);
    // A second wish finds the one that waits.
    var again = admin.post("/api/keys", "{}");
    assertThat(again.statusCode()).isEqualTo(200);
    assertThat(again.body()).contains(kid);
    assertThat(items(admin.get("/api/keys")))
        .anyMatch(
            key ->
                key.path("state").asString("").equals("SIGNING") && !key.path("endsAt").isNull());
    assertThat(items(admin.get("/api/keys?limit=1"))).hasSize(1);
    assertThat(admin.get("/api/keys/" + kid).body()).contains(kid);
  }

  @Test
  void leakedKey_endsEverywhere_andAnotherSigns_alsoWhenItIsTheOnlyOne() {
    var database = TestPostgres.newDatabase();
    try (var one = Instance.start(database);
        var other = Instance.start(database)) {
      var token = accessToken(one);
      var leaked = keyOf(token);
      assertThat(published(one)).containsExactly(leaked);
      var admin = admin(one);

      assertThat(admin.delete("/api/keys/" + leaked).statusCode()).isEqualTo(204);

      assertThat(isActive(one, token)).isFalse();
      assertThat(published(one)).hasSize(1).doesNotContain(leaked);
      await().atMost(SOON).until(() -> !isActive(other, token));
      await().atMost(SOON).until(() -> published(other).equals(published(one)));
      assertThat(isActive(other, accessToken(one))).isTrue();
      assertThat(isActive(one, accessToken(other))).isTrue();
      // The ADMIN's own token was signed with it; the sign-in goes on.
      assertThat(admin.get("/api/keys").statusCode()).isEqualTo(401);
      assertThat(admin(one).delete("/api/keys/" + leaked).statusCode()).isEqualTo(404);
    }
  }

  @Test
  void leakedKey_isFollowedByTheOneThatWaits_andNotByAnEarlierOne() {
    var database = TestPostgres.newDatabase();
    try (var one = Instance.start(database)) {
      var old = keyOf(accessToken(one));
      var leaked = newest(keysCommand(one, "POST"));
      one.jdbc().sql("update signing_key set signs_from = signs_from - interval '61 min'").update();
      await().atMost(SOON).until(() -> keyOf(accessToken(one)).equals(leaked));
      var waiting = newest(keysCommand(one, "POST"));

      assertThat(admin(one).delete("/api/keys/" + leaked).statusCode()).isEqualTo(204);

      assertThat(keyOf(accessToken(one))).isEqualTo(waiting).isNotEqualTo(old);
      assertThat(published(one)).contains(old, waiting).doesNotContain(leaked);
    }
  }

  @Test
  void keyThatDoesNotSign_isRemovedAlone() {
    var database = TestPostgres.newDatabase();
    try (var one = Instance.start(database)) {
      var signing = keyOf(accessToken(one));
      var waiting = newest(keysCommand(one, "POST"));

      assertThat(admin(one).delete("/api/keys/" + waiting).statusCode()).isEqualTo(204);

      assertThat(published(one)).containsExactly(signing);
      assertThat(keyOf(accessToken(one))).isEqualTo(signing);
    }
  }

  @Test
  void keys_areNobodysButAnAdminPersons() {
    var service = new ApiCaller(server.port(), accessToken(server));

    for (var answer :
        List.of(
            service.get("/api/keys"),
            service.post("/api/keys", "{}"),
            service.delete("/api/keys/" + published(server).getFirst()))) {
      AuthServerTest.assertError(answer, 403, "FORBIDDEN");
    }
    AuthServerTest.assertError(
        admin(server).post("/api/keys", "{\"x\":1}"), 400, "VALIDATION_ERROR");
    AuthServerTest.assertError(admin(server).get("/api/keys/x"), 404, "NOT_FOUND");
  }

  /** Calls the API as an ADMIN who signed in at this server. */
  private static ApiCaller admin(Instance server) {
    var grace = AuthServerTest.USERS.account("ADMIN");
    var browser = server.program();
    browser.submit(
        "/login", "/login", Map.of("username", grace.email(), "password", StandInUsers.PASSWORD));
    var back = browser.get(AuthServerTest.authorize(AuthServerTest.authorizationRequest()));
    var code = Browser.parameter(Browser.location(back), "code");
    var form = AuthServerTest.redemption(Objects.requireNonNull(code));
    var tokens = AuthServerTest.Tokens.of(server.program().post("/oauth2/token", form));
    return new ApiCaller(server.port(), tokens.access());
  }

  private static List<JsonNode> items(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return AuthServerTest.JSON.readTree(answer.body()).path("items").valueStream().toList();
  }
}
