package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Authorization requests that are pushed beforehand (RFC 9126). */
class PushedRequestTest extends ThirdPartyTest {

  private HttpResponse<String> push(Map<String, String> request) {
    return program().post("/oauth2/par", request);
  }

  private String pushed(Map<String, String> request) {
    var answer = push(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    var body = JSON.readTree(answer.body());
    assertThat(body.path("expires_in").asInt()).isBetween(5, 600);
    return body.path("request_uri").asString("");
  }

  private static String authorize(String client, String requestUri) {
    return authorize(new LinkedHashMap<>(Map.of("client_id", client, "request_uri", requestUri)));
  }

  @Test
  void pushedRequest_givesACode_withStateAndIssuer_once() {
    var uri = pushed(authorizationRequest());
    var browser = signedIn(USERS.account("USER"));

    var location = Browser.location(browser.get(authorize("console", uri)));

    assertThat(location).startsWith(CONSOLE + "?code=");
    assertThat(Browser.parameter(location, "state")).isEqualTo("a state/with?odd&characters");
    assertThat(Browser.parameter(location, "iss")).isEqualTo(PUBLIC_URL);
    var code = Objects.requireNonNull(Browser.parameter(location, "code"));
    assertThat(claims(Tokens.of(redeem(code)).id())).containsEntry("nonce", "n-0123");
    assertThat(browser.get(authorize("console", uri)).statusCode()).isEqualTo(400);
  }

  @Test
  void pushedRequest_survivesTheSignIn_whichShowsNothingOfIt() {
    var ada = USERS.account("USER");
    var request = authorizationRequest();
    request.put("prompt", "login");
    var uri = pushed(request);
    var browser = signedIn(ada);

    var login = Browser.location(browser.get(authorize("console", uri)));
    assertThat(login).contains("/login?continue=");
    var form = new LinkedHashMap<String, String>();
    form.put("username", ada.email());
    form.put("password", StandInUsers.PASSWORD);
    form.put("continue", Objects.requireNonNull(Browser.parameter(login, "continue")));
    var back = Browser.location(browser.submit(login, "/login", form));

    assertThat(back).contains("request_uri=").doesNotContain("nonce").doesNotContain("challenge");
    assertThat(Browser.location(browser.get(back))).startsWith(CONSOLE + "?code=");
  }

  @Test
  void pushedRequest_cannotBeChangedByTheBrowser() {
    var uri = pushed(authorizationRequest());
    var browser = signedIn(USERS.account("USER"));
    var changed =
        authorize("console", uri)
            + "&"
            + Browser.encode(
                Map.of(
                    "scope",
                    "openid users.write orders.write",
                    "redirect_uri",
                    "https://evil.example",
                    "state",
                    "mine"));

    var location = Browser.location(browser.get(changed));

    assertThat(location).startsWith(CONSOLE + "?code=");
    assertThat(Browser.parameter(location, "state")).isEqualTo("a state/with?odd&characters");
    var code = Objects.requireNonNull(Browser.parameter(location, "code"));
    assertThat(String.valueOf(claims(Tokens.of(redeem(code)).access()).get("scope")))
        .doesNotContain("write");
  }

  @Test
  void pushedRequest_ofAnotherClient_isRefused() {
    var uri = pushed(authorizationRequest());
    var browser = signedIn(USERS.account("USER"));

    for (var client : new String[] {"cli", "shop", "nobody"}) {
      assertThat(browser.get(authorize(client, uri)).statusCode()).as(client).isEqualTo(400);
    }
    assertThat(browser.get(authorize("console", uri + "0")).statusCode()).isIn(302, 400);
    assertThat(
            browser
                .get(authorize("console", "urn:ietf:params:oauth:request_uri:nothing"))
                .statusCode())
        .isEqualTo(400);
  }

  @Test
  void confidentialClient_pushesWithItsSecretAlone() {
    var request = shopRequest();
    assertRefused(push(request), 401, "invalid_client");

    var answer = program().withBasic("shop", "shop-secret").post("/oauth2/par", request);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    var uri = JSON.readTree(answer.body()).path("request_uri").asString("");
    var consent = Browser.location(signedIn(USERS.account("USER")).get(authorize("shop", uri)));
    assertThat(consent).contains("/oauth2/consent");
  }

  @ParameterizedTest
  @CsvSource({
    "redirect_uri, https://evil.example, invalid_request",
    "code_challenge, short, invalid_request",
    "code_challenge_method, plain, invalid_request",
    "response_type, token, invalid_request",
    "prompt, none login, invalid_request",
    "scope, openid internal, invalid_scope",
    "request_uri, urn:ietf:params:oauth:request_uri:x, invalid_request",
    "request, e30.e30., invalid_request"
  })
  void push_ofWhatWouldBeRefused_isRefusedAtOnce(String name, String value, String error) {
    var request = authorizationRequest();
    request.put(name, value);

    var answer = push(request);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("error").asString(""))
        .as(answer.body())
        .isIn(error, "request_not_supported", "unsupported_response_type");
  }

  @Test
  void push_byWhoIsNoClient_isInvalidClient() {
    var request = authorizationRequest();
    request.put("client_id", "nobody");

    assertRefused(push(request), 401, "invalid_client");
  }

  @Test
  void otherMethods_are405() {
    assertError(program().get("/oauth2/par"), 405, "METHOD_NOT_ALLOWED");
  }
}
