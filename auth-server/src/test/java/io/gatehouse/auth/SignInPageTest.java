package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signing in, and the attacks on it. */
class SignInPageTest extends AuthServerTest {

  @Test
  void signIn_withoutTheHiddenToken_is403() {
    var ada = USERS.account("USER");
    var browser = browser();
    browser.get("/login");

    var answer =
        browser.post("/login", Map.of("username", ada.email(), "password", StandInUsers.PASSWORD));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(Browser.location(browser.get(authorize(authorizationRequest()))))
        .startsWith(PUBLIC_URL + "/login?continue=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/signup", "/logout", "/activate"})
  void forms_withoutTheHiddenToken_are403(String path) {
    var browser = signedIn(USERS.account("USER"));

    assertThat(browser.post(path, Map.of("user_code", "AAAA-BBBB")).statusCode()).isEqualTo(403);
  }

  @Test
  void signIn_withAnotherBrowsersHiddenToken_is403() {
    var ada = USERS.account("USER");
    var stolen = Browser.csrf(browser().get("/login").body());
    var browser = browser();
    browser.get("/login");

    var answer =
        browser.post(
            "/login",
            Map.of("username", ada.email(), "password", StandInUsers.PASSWORD, "_csrf", stolen));

    assertThat(answer.statusCode()).isEqualTo(403);
  }

  @Test
  void signIn_changesTheSessionsId() {
    var ada = USERS.account("USER");
    var browser = browser();
    browser.get("/login");
    var before = Map.copyOf(browser.cookies());

    signIn(browser, ada);

    assertThat(browser.cookies().get("SESSION")).isNotEqualTo(before.get("SESSION"));
    var fixed = browser();
    fixed.cookies().putAll(before);
    assertThat(Browser.location(fixed.get(authorize(authorizationRequest()))))
        .startsWith(PUBLIC_URL + "/login?continue=");
  }

  @Test
  void signIn_refused_saysTheSameForEveryReason() {
    var ada = USERS.account("USER");
    var wrongPassword =
        browser().submit("/login", "/login", Map.of("username", ada.email(), "password", "wrong"));
    var unknown =
        browser()
            .submit("/login", "/login", Map.of("username", "no@example.com", "password", "wrong"));

    assertThat(Browser.location(wrongPassword)).isEqualTo(PUBLIC_URL + "/login?error");
    assertThat(Browser.location(unknown)).isEqualTo(PUBLIC_URL + "/login?error");
    assertThat(browser().get("/login?error").body()).contains("role=\"alert\"");
  }

  @Test
  void signIn_whenUserServiceIsDown_isA503Page() {
    var ada = USERS.account("USER");
    USERS.fail();

    var answer = signIn(browser(), ada);

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("Not available right now");
  }

  @Test
  void signIn_tellsUserServiceTheCallersAddress() {
    var ada = USERS.account("USER");

    signIn(browser().with("X-Forwarded-For", "203.0.113.7"), ada);

    USERS.server.verify(
        postRequestedFor(urlPathEqualTo("/internal/credentials/verification"))
            .withRequestBody(
                equalToJson(
                    """
                    {"email":"%s","password":"%s","ip":"203.0.113.7"}
                    """
                        .formatted(ada.email(), StandInUsers.PASSWORD))));
  }

  @Test
  void serviceCalls_carryOurOwnAccessToken() {
    signIn(browser(), USERS.account("USER"));

    var bearer =
        USERS.server.getAllServeEvents().stream()
            .map(event -> event.getRequest())
            .filter(request -> request.getUrl().startsWith("/internal/credentials"))
            .map(request -> request.getHeader("Authorization"))
            .findFirst()
            .orElseThrow();
    assertThat(claims(bearer.substring("Bearer ".length())))
        .containsEntry("sub", "auth-server")
        .containsEntry("client_id", "auth-server")
        .containsEntry("scope", "internal users.read users.write")
        .containsEntry("roles", java.util.List.of("SERVICE"));
  }
}
