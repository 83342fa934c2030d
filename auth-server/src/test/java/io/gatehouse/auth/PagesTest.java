package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages: what they show, and the attacks on them. */
class PagesTest extends AuthServerTest {

  @Test
  void signIn_withoutTheHiddenToken_is403() {
    var ada = USERS.account("USER");
    var browser = browser();
    browser.get("/login");

    var answer =
        browser.post("/login", Map.of("username", ada.email(), "password", StandInUsers.PASSWORD));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(browser.get(authorize(authorizationRequest())).headers().firstValue("Location"))
        .contains(PUBLIC_URL + "/login");
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
        .isEqualTo(PUBLIC_URL + "/login");
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

  @ParameterizedTest
  @ValueSource(strings = {"/login", "/signup", "/logout", "/nothing", "/oauth2/authorize?x=y"})
  void pages_cannotBeFramedOrScripted(String path) {
    var answer = browser().get(path);

    assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("frame-ancestors 'none'")
        .contains("default-src 'none'");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(answer.body()).doesNotContain("<script").doesNotContain("style=");
  }

  @Test
  void pages_escapeWhatTheyShow() {
    var page = signedIn(USERS.account("USER")).get("/login");

    assertThat(page.body()).contains("Ada &lt;b&gt;Lovelace&lt;/b&gt;").doesNotContain("<b>");
  }

  @Test
  void sessionCookie_isKeptFromScriptsAndOtherSites() {
    var cookie = browser().get("/login").headers().firstValue("Set-Cookie").orElse("");

    assertThat(cookie).contains("HttpOnly").contains("SameSite=Lax");
  }

  @Test
  void stylesAndIcon_haveHashedNamesAndMayBeKeptForEver() {
    var types =
        Pattern.compile("href=\"(/assets/[^\"]+)\"")
            .matcher(browser().get("/login").body())
            .results()
            .map(
                found -> {
                  var asset = browser().get(found.group(1));
                  assertThat(asset.statusCode()).isEqualTo(200);
                  assertThat(asset.headers().firstValue("Cache-Control").orElse(""))
                      .contains("immutable")
                      .contains("max-age=31536000");
                  return asset.headers().firstValue("Content-Type").orElse("");
                });

    assertThat(types).containsExactly("text/css;charset=UTF-8", "image/svg+xml");
    assertThat(browser().get("/assets/auth-000000000000.css").statusCode()).isEqualTo(404);
  }

  @Test
  void redirects_neverFollowAForgedHost() {
    var answer =
        browser()
            .with("X-Forwarded-Host", "evil.example")
            .with("X-Forwarded-Proto", "https")
            .get(authorize(authorizationRequest()));

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login");
  }

  @Test
  void signUp_createsTheAccountAndLeadsToSignIn() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users")).willReturn(aResponse().withStatus(201)));

    var answer = signUp("ada@example.com");

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser().get(Browser.location(answer)).body()).contains("Your account is ready");
  }

  @Test
  void signUp_refused_marksEachField() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"error":{"code":"VALIDATION_ERROR","message":"Invalid input data",
                         "details":[{"field":"email","message":"must be a well-formed email address"},
                                    {"field":"password","message":"size must be between 12 and 128"}],
                         "requestId":"x"}}
                        """)));

    var answer = signUp("nonsense");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("Must be a well-formed email address.")
        .contains("Size must be between 12 and 128.")
        .contains("value=\"nonsense\"")
        .doesNotContain(StandInUsers.PASSWORD)
        .containsPattern("id=\"email\"[^>]* autofocus ")
        .containsOnlyOnce("autofocus");
  }

  @Test
  void signUp_ofATakenEmail_saysSo() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users"))
            .willReturn(
                aResponse()
                    .withStatus(409)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"error":{"code":"ALREADY_EXISTS","message":"x","details":[],"requestId":"x"}}
                        """)));

    var answer = signUp("ada@example.com");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("An account with this email exists already.");
  }

  @Test
  void signUp_whenUserServiceIsDown_isA503Page() {
    USERS.fail();

    assertThat(signUp("ada@example.com").statusCode()).isEqualTo(503);
  }

  private HttpResponse<String> signUp(String email) {
    return browser()
        .submit(
            "/signup",
            "/signup",
            Map.of("name", "Ada", "email", email, "password", StandInUsers.PASSWORD));
  }

  @Test
  void signOut_endsTheSessionAndWhatItGranted() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer = browser.submit("/logout", "/logout", Map.of());

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login?signed-out");
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertThat(Browser.location(browser.get(authorize(authorizationRequest()))))
        .isEqualTo(PUBLIC_URL + "/login");
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void logoutByTheClient_endsFamilyAndSessionAndGoesBack() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer =
        browser.get(
            "/connect/logout?"
                + Browser.encode(
                    Map.of(
                        "id_token_hint",
                        tokens.id(),
                        "post_logout_redirect_uri",
                        CONSOLE,
                        "state",
                        "a b")));

    assertThat(Browser.location(answer)).isEqualTo(CONSOLE + "?state=a%20b");
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertThat(isActive(tokens.access())).isFalse();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
    assertThat(Browser.location(browser.get(authorize(authorizationRequest()))))
        .isEqualTo(PUBLIC_URL + "/login");
  }

  @Test
  void logoutByTheClient_toAnUnregisteredPage_isRefused() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer =
        program()
            .get(
                "/connect/logout?"
                    + Browser.encode(
                        Map.of(
                            "id_token_hint",
                            tokens.id(),
                            "post_logout_redirect_uri",
                            "https://evil.example/")));

    assertRefused(answer, 400, "invalid_request");
    assertThat(isActive(tokens.access())).isTrue();
  }

  @Test
  void logoutByTheClient_withAForgedIdToken_isRefused() {
    var tokens = Tokens.of(redeem(code(signedIn(USERS.account("USER")))));
    var forged = tokens.id().substring(0, tokens.id().lastIndexOf('.') + 1) + "AAAA";

    assertRefused(program().get("/connect/logout?id_token_hint=" + forged), 400, "invalid_request");
    assertThat(isActive(tokens.access())).isTrue();
  }

  @Test
  void errors_areTheErrorBodyForPrograms_andAPageForPeople() {
    var program = program().with("X-Request-Id", "my-id.1").get("/nothing");
    assertThat(program.statusCode()).isEqualTo(404);
    assertThat(program.headers().firstValue("X-Request-Id")).contains("my-id.1");
    assertThat(JSON.readTree(program.body()).at("/error/code").asString("")).isEqualTo("NOT_FOUND");
    assertThat(JSON.readTree(program.body()).at("/error/requestId").asString(""))
        .isEqualTo("my-id.1");

    var person = browser().get("/nothing");
    assertThat(person.statusCode()).isEqualTo(404);
    assertThat(person.body()).startsWith("<!doctype html>");

    var method = program().send("DELETE", "/login");
    assertThat(method.statusCode()).isIn(403, 405);
    assertThat(JSON.readTree(method.body()).at("/error/code").asString(""))
        .isIn("FORBIDDEN", "METHOD_NOT_ALLOWED");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/keys", "/actuator/env"})
  void actuator_isNotOnThisPort(String path) {
    assertThat(program().get(path).statusCode()).isEqualTo(404);
  }
}
