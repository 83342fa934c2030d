package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.auth.AuthServerTest.Tokens;
import io.gatehouse.testing.TestPostgres;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Several instances over one database, also while a new version is rolled out beside the old. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstancesTest {
  private final TestPostgres.Database database = TestPostgres.newDatabase();
  private final Instance first =
      Instance.start(
          database,
          "gatehouse.clients.kiosk.first-party",
          "true",
          "gatehouse.clients.kiosk.redirect-uris",
          "https://kiosk.example.com/back");

  @AfterAll
  void stop() {
    first.close();
  }

  @BeforeEach
  void forgetStubs() {
    AuthServerTest.USERS.reset();
  }

  @Test
  void client_thatAnotherInstanceDoesNotKnow_keepsItsSignIns() {
    var tokens = Tokens.of(redeem(first, code(signedIn(first), "kiosk"), "kiosk"));

    try (var other = Instance.start(database)) {
      assertThat(refresh(other, tokens)).isEqualTo(401);
      assertThat(refresh(first, tokens)).isEqualTo(200);
    }
  }

  private static int refresh(Instance instance, Tokens tokens) {
    return instance
        .program()
        .post(
            "/oauth2/token",
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                "kiosk",
                "refresh_token",
                tokens.refresh()))
        .statusCode();
  }

  @Test
  void signIn_atOneInstance_isKnownToTheOther_andRedeemedThere() {
    try (var second = Instance.start(database)) {
      var there = second.program();
      there.cookies().putAll(signedIn(first).cookies());
      var code = code(there, "console");
      var answers =
          Parallel.run(
              20,
              () ->
                  redeem(
                      Math.floorMod(Thread.currentThread().threadId(), 2) == 0 ? first : second,
                      code,
                      "console"));

      assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
      assertThat(answers).filteredOn(answer -> answer.statusCode() == 400).hasSize(19);
    }
  }

  private static Browser signedIn(Instance instance) {
    var ada = AuthServerTest.USERS.account("USER");
    var browser = instance.program();
    browser.submit(
        "/login", "/login", Map.of("username", ada.email(), "password", StandInUsers.PASSWORD));
    return browser;
  }

  private static String code(Browser browser, String client) {
    var request = AuthServerTest.authorizationRequest();
    request.put("client_id", client);
    request.put("redirect_uri", redirectOf(client));
    request.put("scope", "openid");
    var location = Browser.location(browser.get(AuthServerTest.authorize(request)));
    return Objects.requireNonNull(Browser.parameter(location, "code"), location);
  }

  private static java.net.http.HttpResponse<String> redeem(
      Instance instance, String code, String client) {
    var form = AuthServerTest.redemption(code);
    form.put("client_id", client);
    form.put("redirect_uri", redirectOf(client));
    return instance.program().post("/oauth2/token", form);
  }

  private static String redirectOf(String client) {
    return client.equals("kiosk") ? "https://kiosk.example.com/back" : AuthServerTest.CONSOLE;
  }
}
