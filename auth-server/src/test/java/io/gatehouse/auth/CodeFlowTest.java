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
    assertThat(Browser.location(start)).isEqualTo(PUBLIC_URL + "/login");
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

    var answer = signedIn(USERS.account("USER")).with("Accept", "*/*").get(authorize(request));

    assertRefused(answer, 400, "unsupported_response_type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        CONSOLE + "evil",
        CONSOLE + "?x=1",
        CONSOLE + "#",
        CONSOLE + "#fragment",
        "HTTP://localhost:8080/console/",
        "http://LOCALHOST:8080/console/",
        PUBLIC_URL + "/Console/",
        PUBLIC_URL + "/console",
        PUBLIC_URL + "/%63onsole/",
        PUBLIC_URL + "/console/../evil",
        PUBLIC_URL + "/console//",
        "http://localhost:8080@evil.example/console/",
        "http://evil.example/console/",
        "http://localhost:8081/console/",
        "https://localhost:8080/console/",
        "//localhost:8080/console/",
        "/console/",
        "http://127.0.0.1:8080/console/",
        " " + CONSOLE,
        CONSOLE + "\u0000",
      })
  void authorization_forAnotherRedirectUri_isAPageAndNoRedirect(String redirectUri) {
    var request = authorizationRequest();
    request.put("redirect_uri", redirectUri);

    var answer = signedIn(USERS.account("USER")).get(authorize(request));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:80800/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:x/callback",
        "http://127.0.0.1:9/callback/more",
        "http://127.0.0.1:9/callback?x",
        "http://127.0.0.1:9/callback#x",
        "http://127.0.0.2:9/callback",
        "http://localhost:9/callback",
        "http://[::1]:9/callback",
        "http://u@127.0.0.1:9/callback",
        "https://127.0.0.1:9/callback",
        "http://127.0.0.1:9/Callback",
      })
  void authorization_ofTheCommandLine_forAnythingButItsLoopback_isRefused(String redirectUri) {
    var request = authorizationRequest();
    request.put("client_id", "cli");
    request.put("redirect_uri", redirectUri);

    var answer = signedIn(USERS.account("USER")).with("Accept", "*/*").get(authorize(request));

    assertRefused(answer, 400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:65535/callback",
      })
  void authorization_ofTheCommandLine_mayUseAnyPort(String redirectUri) {
    var request = authorizationRequest();
    request.put("client_id", "cli");
    request.put("redirect_uri", redirectUri);

    var answer = signedIn(USERS.account("USER")).get(authorize(request));

    assertThat(Browser.location(answer)).startsWith(redirectUri + "?code=");
  }

  @Test
  void authorization_ofAnUnknownClient_isRefusedWithoutRedirect() {
    var request = authorizationRequest();
    request.put("client_id", "nobody");

    assertRefused(program().get(authorize(request)), 400, "invalid_request");
  }

  @Test
  void redemption_withAWrongVerifier_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("code_verifier", VERIFIER + "x");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_withTheChallengeAsVerifier_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("code_verifier", challenge(VERIFIER));

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_withoutVerifier_isRefused() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.remove("code_verifier");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_withAnotherRedirectUri_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("redirect_uri", "http://127.0.0.1/callback");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_byAnotherClient_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("client_id", "cli");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_ofAnUnknownCode_isInvalidGrant() {
    assertRefused(redeem("unknown"), 400, "invalid_grant");
  }

  @Test
  void redemption_aSecondTime_isInvalidGrantAndEndsWhatTheCodeGave() {
    var code = code(signedIn(USERS.account("USER")));
    var tokens = Tokens.of(redeem(code));
    assertThat(isActive(tokens.access())).isTrue();

    assertRefused(redeem(code), 400, "invalid_grant");

    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void redemption_inParallel_succeedsExactlyOnce() {
    var code = code(signedIn(USERS.account("USER")));

    var answers = Parallel.run(25, () -> redeem(code));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() != 200)
        .hasSize(24)
        .allSatisfy(answer -> assertRefused(answer, 400, "invalid_grant"));
  }

  @Test
  void redemption_whenUserServiceIsDown_isTemporarilyUnavailableAndSpendsNothing() {
    var ada = USERS.account("USER");
    var code = code(signedIn(ada));
    USERS.fail();

    assertRefused(redeem(code), 503, "temporarily_unavailable");

    USERS.reset();
    USERS.setRoles(ada, "USER");
    assertThat(redeem(code).statusCode()).isEqualTo(200);
  }

  @Test
  void authorization_ofAThirdParty_asksForConsentOnce() {
    var browser = signedIn(USERS.account("USER"));
    var request = authorizationRequest();
    request.put("client_id", "shop");
    request.put("redirect_uri", "https://shop.example.com/back");
    request.put("scope", "openid orders.read");

    var consent = Browser.location(browser.get(authorize(request)));
    assertThat(consent).startsWith(PUBLIC_URL + "/oauth2/consent?");
    var page = browser.get(consent);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("Allow Shop &amp; Co?").contains("See your orders");
    var allowed =
        browser.post(
            "/oauth2/authorize",
            Map.of(
                "client_id",
                "shop",
                "state",
                Objects.requireNonNull(Browser.parameter(consent, "state")),
                "scope",
                "orders.read"));
    assertThat(Browser.location(allowed)).startsWith("https://shop.example.com/back?code=");
    assertThat(Browser.location(browser.get(authorize(request))))
        .startsWith("https://shop.example.com/back?code=");
  }

  @Test
  void consent_refused_isAccessDenied() {
    var browser = signedIn(USERS.account("USER"));
    var request = authorizationRequest();
    request.put("client_id", "shop");
    request.put("redirect_uri", "https://shop.example.com/back");
    request.put("scope", "openid orders.read");
    var consent = Browser.location(browser.get(authorize(request)));

    var refused =
        browser.post(
            "/oauth2/authorize",
            Map.of(
                "client_id",
                "shop",
                "state",
                Objects.requireNonNull(Browser.parameter(consent, "state"))));

    assertThat(Browser.parameter(Browser.location(refused), "error")).isEqualTo("access_denied");
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
