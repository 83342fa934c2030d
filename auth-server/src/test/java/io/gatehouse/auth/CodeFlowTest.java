package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.auth.users.SignInIds;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Authorization code with PKCE, from the first redirect to the last token, and its attacks. */
class CodeFlowTest extends AuthServerTest {

  @Test
  void signIn_ofAnUnknownBrowser_endsAtTheClientWithTokens() throws ParseException {
    var ada = USERS.account("USER");
    var browser = browser();

    var start = browser.get(authorize(authorizationRequest()));
    assertThat(start.statusCode()).isEqualTo(302);
    assertThat(Browser.location(start)).startsWith(PUBLIC_URL + "/login?continue=");
    var signedIn = signIn(browser, ada);
    assertThat(Browser.location(signedIn)).startsWith(PUBLIC_URL + "/oauth2/authorize?");
    var back = Browser.location(browser.get(Browser.location(signedIn)));
    assertThat(back).startsWith(CONSOLE + "?code=");
    assertThat(Browser.parameter(back, "state")).isEqualTo("a state/with?odd&characters");

    var answer = redeem(Objects.requireNonNull(Browser.parameter(back, "code")));
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    var body = JSON.readTree(answer.body());
    assertThat(body.path("token_type").asString("")).isEqualTo("Bearer");
    assertThat(body.path("expires_in").asInt()).isBetween(890, 900);
    var tokens = Tokens.of(answer);
    assertThat(SignedJWT.parse(tokens.access()).getHeader().toJSONObject())
        .containsEntry("alg", "RS256")
        .containsEntry("typ", "at+jwt")
        .containsOnlyKeys("alg", "typ", "kid");
    var claims = claims(tokens.access());
    assertThat(claims)
        .containsEntry("iss", PUBLIC_URL)
        .containsEntry("sub", ada.id())
        .containsEntry("aud", List.of("gatehouse"))
        .containsEntry("client_id", "console")
        .containsEntry("roles", List.of("USER"))
        .containsOnlyKeys(
            "iss", "sub", "aud", "iat", "nbf", "exp", "jti", "sid", "client_id", "scope", "roles");
    assertThat(claims.get("scope"))
        .asInstanceOf(InstanceOfAssertFactories.STRING)
        .matches("[a-z. ]+")
        .satisfies(
            scope ->
                assertThat(scope.split(" ", -1))
                    .containsExactlyInAnyOrder("openid", "profile", "users.read", "orders.read"));
    var sid = UUID.fromString(tokens.sid());
    assertThat(sid.version()).isEqualTo(7);
    assertThat(SignInIds.timeOf(sid)).isBetween(Instant.now().minusSeconds(30), Instant.now());
    assertThat(claims(tokens.id()))
        .containsEntry("sub", ada.id())
        .containsEntry("nonce", "n-0123")
        .containsEntry("sid", tokens.sid())
        .containsKey("auth_time");
  }

  @Test
  void secondAuthorization_ofASignedInBrowser_isAnotherFamilyOfTheSameSignIn() {
    var browser = signedIn(USERS.account("USER"));

    var first = Tokens.of(redeem(code(browser)));
    var second = Tokens.of(redeem(code(browser)));

    assertThat(second.sid()).isNotEqualTo(first.sid());
    assertThat(SignInIds.timeOf(UUID.fromString(second.sid())))
        .isEqualTo(SignInIds.timeOf(UUID.fromString(first.sid())));
  }

  @Test
  void authorization_withoutPkce_isRefusedAtTheClient() {
    var request = authorizationRequest();
    request.remove("code_challenge");
    request.remove("code_challenge_method");

    assertToldTheClient(request, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plain", "s256", "S512", ""})
  void authorization_withAnotherChallengeMethod_isRefusedAtTheClient(String method) {
    var request = authorizationRequest();
    request.put("code_challenge_method", method);

    assertToldTheClient(request, "invalid_request");
  }

  @Test
  void authorization_withPkceButNoMethod_isRefusedAtTheClient() {
    var request = authorizationRequest();
    request.remove("code_challenge_method");

    assertToldTheClient(request, "invalid_request");
  }

  @Test
  void authorization_beyondTheClientsScopes_isRefusedAtTheClient() {
    var request = authorizationRequest();
    request.put("scope", "openid internal");

    assertToldTheClient(request, "invalid_scope");
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "id_token", "code token"})
  void authorization_forTheImplicitGrant_isRefused(String responseType) {
    var request = authorizationRequest();
    request.put("response_type", responseType);

    assertToldTheClient(request, "unsupported_response_type");
  }

  @Test
  void authorization_thatMustNotAsk_withoutSignIn_isLoginRequired() {
    var request = authorizationRequest();
    request.put("prompt", "none");

    var answer = browser().get(authorize(request));

    assertThat(Browser.parameter(Browser.location(answer), "error")).isEqualTo("login_required");
  }

  private void assertToldTheClient(Map<String, String> request, String error) {
    var answer = signedIn(USERS.account("USER")).get(authorize(request));
    var location = Browser.location(answer);
    assertThat(location).startsWith(CONSOLE + "?error=");
    assertThat(Browser.parameter(location, "error")).isEqualTo(error);
    assertThat(Browser.parameter(location, "state")).isEqualTo("a state/with?odd&characters");
    assertThat(Browser.parameter(location, "code")).isNull();
  }
}
