package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The foundation's list for the response type code. */
class BasicCertificationTest extends CertificationTest {

  @TestFactory
  Stream<DynamicTest> basic() {
    var rows = new LinkedHashMap<String, Executable>();
    rows.put("oidcc-server", () -> assertThat(idToken(signInWith(Map.of()))).containsKey("sub"));
    rows.put("oidcc-response-type-missing", this::responseTypeMissing);
    rows.put("oidcc-idtoken-signature", this::idTokenIsSigned);
    rows.put("oidcc-idtoken-unsigned", notOffered("id_token_signing_alg_values_supported", "none"));
    rows.put("oidcc-userinfo-get", () -> assertUserInfo(bearer(access()).get("/userinfo")));
    rows.put(
        "oidcc-userinfo-post-header",
        () -> assertUserInfo(bearer(access()).post("/userinfo", Map.of())));
    rows.put(
        "oidcc-userinfo-post-body",
        () -> assertUserInfo(program().post("/userinfo", Map.of("access_token", access()))));
    rows.put("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", this::withoutNonce);
    rows.put("oidcc-scope-profile", () -> assertClaims("openid profile", "name"));
    rows.put("oidcc-scope-email", () -> assertClaims("openid email", "email"));
    rows.put("oidcc-scope-address", () -> assertClaims("openid address", "sub"));
    rows.put("oidcc-scope-phone", () -> assertClaims("openid phone", "sub"));
    rows.put(
        "oidcc-scope-all",
        () -> assertClaims("openid profile email address phone", "name", "email"));
    rows.put(
        "oidcc-ensure-other-scope-order-succeeds", () -> assertClaims("email openid", "email"));
    for (var display : List.of("page", "popup")) {
      rows.put("oidcc-display-" + display, () -> assertSignsIn("display", display));
    }
    rows.put("oidcc-prompt-login", () -> assertAsksAgain("prompt", "login"));
    rows.put("oidcc-prompt-none-not-logged-in", this::promptNoneWithoutSignIn);
    rows.put("oidcc-prompt-none-logged-in", () -> assertSameSignIn(Map.of("prompt", "none")));
    rows.put("oidcc-max-age-1", () -> assertAsksAgain("max_age", "0"));
    rows.put("oidcc-max-age-10000", this::maxAgeNotReached);
    rows.put(
        "oidcc-ensure-request-with-unknown-parameter-succeeds",
        () -> assertSignsIn("extra", "foobar"));
    rows.put("oidcc-id-token-hint", this::idTokenHint);
    rows.put("oidcc-login-hint", this::loginHint);
    rows.put("oidcc-ui-locales", () -> assertSignsIn("ui_locales", "se"));
    rows.put("oidcc-claims-locales", () -> assertSignsIn("claims_locales", "se"));
    rows.put(
        "oidcc-ensure-request-with-acr-values-succeeds", () -> assertSignsIn("acr_values", "1 2"));
    rows.put("oidcc-codereuse", this::codeUsedTwice);
    rows.put(
        "oidcc-codereuse-30seconds",
        () -> Assumptions.abort("oidcc-codereuse without the wait; no time makes it different"));
    rows.put("oidcc-ensure-registered-redirect-uri", this::redirectUriOfSomebodyElse);
    rows.put("oidcc-ensure-post-request-succeeds", this::requestByPost);
    rows.put("oidcc-server-client-secret-post", this::clientSecretPost);
    rows.put(
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
        () -> assertTold("request", "eyJhbGciOiJub25lIn0.e30.", "request_not_supported"));
    rows.put(
        "oidcc-claims-essential",
        () -> assertSignsIn("claims", "{\"userinfo\":{\"name\":{\"essential\":true}}}"));
    rows.put(
        "oidcc-ensure-request-object-with-redirect-uri",
        notOffered("request_object_signing_alg_values_supported", "RS256"));
    rows.put("oidcc-refresh-token", this::refreshToken);
    rows.put(
        "oidcc-ensure-request-with-valid-pkce-succeeds",
        () -> assertSignsIn("code_challenge_method", "S256"));
    return tests(rows);
  }

  /** Does not apply, which the metadata have to say. */
  private Executable notOffered(String metadata, String value) {
    return () ->
        assertThat(discovered().path(metadata).valueStream().map(one -> one.asString("")))
            .doesNotContain(value);
  }

  private void responseTypeMissing() {
    assertTold("response_type", "", "invalid_request");
  }

  private void idTokenIsSigned() throws Exception {
    var token = SignedJWT.parse(signInWith(Map.of()).id());
    var keys = JWKSet.parse(program().get("/oauth2/jwks").body());
    var key = keys.getKeyByKeyId(token.getHeader().getKeyID());

    assertThat(token.verify(new RSASSAVerifier(key.toRSAKey()))).isTrue();
    assertThat(claims(token.serialize()))
        .containsEntry("iss", PUBLIC_URL)
        .containsEntry("nonce", "n-0123")
        .containsKeys("sub", "iat", "exp", "auth_time");
    assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("console");
  }

  private void withoutNonce() {
    var request = authorizationRequest();
    request.remove("nonce");

    assertThat(idToken(Tokens.of(redeem(code(signedIn(ada()), request)))))
        .doesNotContainKey("nonce");
  }

  private void assertClaims(String scope, String... names) {
    var answer = bearer(signInWith(Map.of("scope", scope)).access()).get("/userinfo");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var told = JSON.readTree(answer.body());
    assertThat(names).allSatisfy(name -> assertThat(told.has(name)).as(name).isTrue());
  }

  private void assertSignsIn(String name, String value) {
    assertThat(idToken(signInWith(Map.of(name, value)))).containsKey("sub");
  }

  /** A person who is signed in gets the form again, and the answer tells of the new sign-in. */
  private void assertAsksAgain(String name, String value) {
    var ada = ada();
    var browser = signedIn(ada);
    var first = idToken(Tokens.of(redeem(code(browser))));
    var request = with(Map.of(name, value));

    var page = Browser.location(browser.get(authorize(request)));
    assertThat(page).startsWith(PUBLIC_URL + "/login?");
    var form =
        Map.of(
            "continue",
            Browser.field(browser.get(page).body(), "continue"),
            "username",
            ada.email(),
            "password",
            StandInUsers.PASSWORD);
    var back = Browser.location(browser.submit(page, "/login", form));
    var code = Browser.parameter(Browser.location(browser.get(back)), "code");

    var second = idToken(Tokens.of(redeem(Objects.requireNonNull(code))));
    assertThat(second).containsEntry("sub", first.get("sub"));
    assertThat((Long) second.get("auth_time"))
        .isGreaterThanOrEqualTo((Long) first.get("auth_time"));
  }

  private void promptNoneWithoutSignIn() {
    var answer = browser().get(authorize(with(Map.of("prompt", "none"))));

    assertError(answer, "login_required");
  }

  private void maxAgeNotReached() {
    assertSameSignIn(Map.of("max_age", "10000"));
  }

  private void assertSameSignIn(Map<String, String> more) {
    var browser = signedIn(ada());
    var first = idToken(Tokens.of(redeem(code(browser))));

    var second = idToken(Tokens.of(redeem(code(browser, with(more)))));

    assertThat(second)
        .containsEntry("sub", first.get("sub"))
        .containsEntry("auth_time", first.get("auth_time"));
  }

  private void idTokenHint() {
    var browser = signedIn(ada());
    var first = Tokens.of(redeem(code(browser)));

    var more = Map.of("prompt", "none", "id_token_hint", first.id());
    var second = Tokens.of(redeem(code(browser, with(more))));

    assertThat(idToken(second)).containsEntry("sub", idToken(first).get("sub"));
  }

  private void loginHint() {
    var browser = browser();
    var page = browser.get(authorize(with(Map.of("login_hint", "bob@example.com"))));

    assertThat(Browser.field(browser.get(Browser.location(page)).body(), "username"))
        .isEqualTo("bob@example.com");
  }

  private void codeUsedTwice() {
    var code = code(signedIn(ada()));
    var tokens = Tokens.of(redeem(code));

    assertRefused(redeem(code), 400, "invalid_grant");
    assertThat(isActive(tokens.access())).isFalse();
  }

  private void redirectUriOfSomebodyElse() {
    var answer = browser().get(authorize(with(Map.of("redirect_uri", "https://evil.example/"))));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  private void requestByPost() {
    var browser = signedIn(ada());
    var sentOn = browser.post("/oauth2/authorize", authorizationRequest());

    assertThat(Browser.location(browser.get(Browser.location(sentOn))))
        .startsWith(CONSOLE + "?code=");
  }

  private void clientSecretPost() {
    var browser = signedIn(ada());
    var consent = Browser.location(browser.get(authorize(shopRequest())));
    var allowed = answer(browser, consent, Map.of("scope", "orders.read"));
    var form =
        redemption(Objects.requireNonNull(Browser.parameter(Browser.location(allowed), "code")));
    form.put("client_id", "shop");
    form.put("client_secret", "shop-secret");
    form.put("redirect_uri", BACK);

    assertThat(claims(Tokens.of(token(form)).access())).containsEntry("client_id", "shop");
  }

  private void refreshToken() {
    var tokens = tokens(ada());
    var renewed = Tokens.of(refresh(tokens.refresh()));

    assertThat(idToken(renewed))
        .containsEntry("iss", PUBLIC_URL)
        .containsEntry("sub", idToken(tokens).get("sub"))
        .containsEntry("auth_time", idToken(tokens).get("auth_time"));
    assertThat(renewed.access()).isNotEqualTo(tokens.access());
  }

  private void assertTold(String name, String value, String error) {
    assertError(signedIn(ada()).get(authorize(with(Map.of(name, value)))), error);
  }

  private static void assertError(HttpResponse<String> answer, String error) {
    var location = Browser.location(answer);
    assertThat(location).startsWith(CONSOLE + "?");
    assertThat(Browser.parameter(location, "error")).isEqualTo(error);
  }

  private void assertUserInfo(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(JSON.readTree(answer.body()).path("sub").asString("")).isNotEmpty();
  }

  private String access() {
    return tokens(ada()).access();
  }

  private Browser bearer(String token) {
    return program().with("Authorization", "Bearer " + token);
  }

  /** A whole sign-in of a new browser, by a request with these parameters too. */
  private Tokens signInWith(Map<String, String> more) {
    return Tokens.of(redeem(code(signedIn(ada()), with(more))));
  }

  private String code(Browser browser, Map<String, String> request) {
    var location = Browser.location(browser.get(authorize(request)));
    return Objects.requireNonNull(Browser.parameter(location, "code"), location);
  }

  private static Map<String, String> with(Map<String, String> more) {
    var request = authorizationRequest();
    request.putAll(more);
    return request;
  }

  private static Map<String, Object> idToken(Tokens tokens) {
    return claims(tokens.id());
  }
}
