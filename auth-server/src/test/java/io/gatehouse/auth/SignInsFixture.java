package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** Sign-ins with their tokens, and whether they go on. */
abstract class SignInsFixture extends AuthServerTest {
  static final String PATH = "/api/me/sign-ins";
  static final String SCOPES = "openid users.read users.write";

  static String of(StandInUsers.Account user) {
    return "/api/users/" + user.id() + "/sign-ins";
  }

  Browser call(Tokens tokens) {
    return program().with("Authorization", "Bearer " + tokens.access());
  }

  static JsonNode read(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  Tokens tokens(Browser browser) {
    return tokens(browser, SCOPES);
  }

  Tokens tokens(Browser browser, String scopes) {
    var location = Browser.location(browser.get(authorize(request(scopes))));
    return Tokens.of(redeem(Objects.requireNonNull(Browser.parameter(location, "code"), location)));
  }

  static Map<String, String> request(String scopes) {
    var request = authorizationRequest();
    request.put("scope", scopes);
    return request;
  }

  boolean isSignedIn(Browser browser) {
    return Browser.parameter(
            Browser.location(browser.get(authorize(authorizationRequest()))), "code")
        != null;
  }

  void assertEnded(Tokens tokens) {
    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  void assertGoesOn(Tokens tokens) {
    assertThat(isActive(tokens.access())).isTrue();
    assertThat(isRevoked("sid", tokens.sid())).isFalse();
  }
}
