package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Date;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OpenID Connect Core section 3.1.2.1, parameter by parameter, by GET and by POST. */
class AuthorizationRequestTest extends AuthServerTest {
  private static final Pattern SIGN_IN = Pattern.compile(Pattern.quote(PUBLIC_URL) + "/login\\?.*");

  @ParameterizedTest
  @CsvSource({
    "request, eyJhbGciOiJub25lIn0.e30., request_not_supported",
    "request_uri, https://shop.example.com/r, request_uri_not_supported",
    "registration, {}, registration_not_supported",
    "response_mode, form_post, invalid_request",
    "response_mode, fragment, invalid_request",
    "response_type, token, unsupported_response_type",
    "response_type, '', invalid_request",
    "code_challenge, abc, invalid_request",
    "code_challenge, '=============================================', invalid_request",
    "code_challenge, '', invalid_request",
    "code_challenge_method, plain, invalid_request",
    "prompt, none login, invalid_request",
    "prompt, nonsense, invalid_request",
    "max_age, -1, invalid_request",
    "max_age, soon, invalid_request",
    "max_age, 99999999999999999999, invalid_request",
    "id_token_hint, bnVsbA.e30.AA, invalid_request",
    "scope, openid internal, invalid_scope",
    "scope, '', invalid_scope",
    "scope, offline_access, invalid_scope",
  })
  void parameter_thatCannotBe_isToldTheClient(String name, String value, String error) {
    var request = authorizationRequest();
    request.put(name, value);
    var browser = signedIn(USERS.account("USER"));

    assertTold(browser.get(authorize(request)), error);
  }

  @Test
  void parameter_thatIsTooLong_isToldTheClient() {
    var request = authorizationRequest();
    request.put("nonce", "n".repeat(2_049));

    assertTold(signedIn(USERS.account("USER")).get(authorize(request)), "invalid_request");
  }

  @Test
  void parameter_thatComesTwice_isToldTheClient() {
    var browser = signedIn(USERS.account("USER"));

    assertTold(browser.get(authorize(authorizationRequest()) + "&nonce=again"), "invalid_request");
  }

  @Test
  void client_thatIsUnknown_orAddressThatIsNot_isToldThePerson_inItsWords() {
    for (var wrong :
        Map.of("client_id", "nobody", "redirect_uri", "https://evil.example/").entrySet()) {
      var request = authorizationRequest();
      request.put(wrong.getKey(), wrong.getValue());

      var answer = browser().get(authorize(request));

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("The application that sent you here")
          .doesNotContain("OAuth 2.0")
          .doesNotContain("redirect_uri");
    }
  }

  @Test
  void request_byPost_survivesTheSignIn() {
    var browser = browser();

    var start = browser.post("/oauth2/authorize", authorizationRequest());
    var get = browser.get(Browser.location(start));
    var login = browser.get(Browser.location(get));

    assertThat(start.statusCode()).isEqualTo(303);
    assertThat(Browser.field(login.body(), "continue")).isNotEmpty();
    var back = Browser.location(signIn(browser, USERS.account("USER")));
    assertThat(Browser.location(browser.get(back))).startsWith(CONSOLE + "?code=");
  }

  /** A browser sends no cookie of ours with another site's post. */
  @ParameterizedTest
  @CsvSource({"prompt, none", "max_age, 3600"})
  void request_byPostOfAnotherSite_findsThePersonSignedIn(String name, String value) {
    var signedIn = signedIn(USERS.account("USER"));

    var start = browser().post("/oauth2/authorize", with(name, value));

    assertThat(start.statusCode()).isEqualTo(303);
    assertThat(Browser.location(signedIn.get(Browser.location(start))))
        .startsWith(CONSOLE + "?code=");
  }

  @Test
  void promptLogin_asksASignedInPerson_andNotAgain() {
    var ada = USERS.account("USER");
    var browser = signedIn(ada);
    var before = claims(Tokens.of(redeem(code(browser))).id()).get("auth_time");
    var request = with("prompt", "login");

    var start = browser.get(authorize(request));

    assertThat(Browser.location(start)).matches(SIGN_IN);
    assertThat(browser.get(Browser.location(start)).body()).contains("Sign in again");
    var back = browser.get(Browser.location(again(browser, start, ada)));
    var code = Objects.requireNonNull(Browser.parameter(Browser.location(back), "code"));
    var idToken = claims(Tokens.of(redeem(code)).id());
    assertThat(((Number) idToken.get("auth_time")).longValue())
        .isGreaterThanOrEqualTo(((Number) before).longValue());
    assertThat(idToken.get("sid")).isNotNull();
  }

  @Test
  void maxAge_thatHasPassed_asksASignedInPerson() {
    var ada = USERS.account("USER");
    var browser = signedIn(ada);

    assertThat(Browser.location(browser.get(authorize(with("max_age", "3600")))))
        .startsWith(CONSOLE + "?code=");
    var start = browser.get(authorize(with("max_age", "0")));

    assertThat(Browser.location(start)).matches(SIGN_IN);
    var back = browser.get(Browser.location(again(browser, start, ada)));
    assertThat(Browser.location(back)).startsWith(CONSOLE + "?code=");
  }

  @Test
  void promptNone_neverAsks() {
    var request = with("prompt", "none");
    var browser = signedIn(USERS.account("USER"));

    assertTold(browser().get(authorize(request)), "login_required");
    assertThat(Browser.location(browser.get(authorize(request)))).startsWith(CONSOLE + "?code=");
    request.put("max_age", "0");
    assertTold(browser.get(authorize(request)), "login_required");
  }

  @Test
  void promptSelectAccount_letsThePersonChoose() {
    var browser = signedIn(USERS.account("USER"));

    var start = browser.get(authorize(with("prompt", "select_account")));
    var page = browser.get(Browser.location(start));

    assertThat(page.body())
        .contains("Ada &lt;b&gt;Lovelace&lt;/b&gt;")
        .contains("Or with another account");
    assertThat(Browser.location(browser.get(Browser.link(page.body(), "/oauth2/authorize"))))
        .startsWith(CONSOLE + "?code=");
  }

  @Test
  void promptConsent_asksOfOurOwnClientsToo() {
    var browser = signedIn(USERS.account("USER"));

    var answer = browser.get(authorize(with("prompt", "consent")));

    assertThat(Browser.location(answer)).startsWith(PUBLIC_URL + "/oauth2/consent?");
    assertThat(browser.get(Browser.location(answer)).body()).contains("Allow Gatehouse Console?");
  }

  @Test
  void loginHint_fillsInTheAddress() {
    var browser = browser();

    var start = browser.get(authorize(with("login_hint", "ada@example.com")));

    assertThat(browser.get(Browser.location(start)).body()).contains("value=\"ada@example.com\"");
  }

  @Test
  void idTokenHint_ofAnotherPerson_asksForThatOne() {
    var grace = USERS.account("USER");
    var ada = USERS.account("USER");
    var hint = tokens(grace).id();
    var browser = signedIn(ada);
    var request = with("id_token_hint", hint);

    assertTold(browser.get(authorize(with("prompt", "none", request))), "login_required");
    request.remove("prompt");
    var start = browser.get(authorize(request));
    assertThat(Browser.location(start)).matches(SIGN_IN);
    // Signed in as ada once more: not the one who was asked for.
    assertTold(browser.get(Browser.location(again(browser, start, ada))), "login_required");
    var right = browser.get(Browser.location(again(browser, start, grace)));
    assertThat(Browser.location(right)).startsWith(CONSOLE + "?code=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"display", "ui_locales", "claims_locales", "acr_values", "claims", "audience"})
  void parameter_thatWeDoNotKnow_isIgnored(String name) {
    var browser = signedIn(USERS.account("USER"));

    assertThat(Browser.location(browser.get(authorize(with(name, "x")))))
        .startsWith(CONSOLE + "?code=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"openid offline_access", "address openid phone", "openid  nobodys"})
  void scope_thatNobodyKnows_isIgnored(String scope) {
    var browser = signedIn(USERS.account("USER"));

    var answer = browser.get(authorize(with("scope", scope)));
    var code = Objects.requireNonNull(Browser.parameter(Browser.location(answer), "code"));

    assertThat(claims(Tokens.of(redeem(code)).access())).containsEntry("scope", "openid");
  }

  @Test
  void authTime_isInEveryIdToken() {
    var idToken = claims(tokens(USERS.account("USER")).id());

    assertThat(((Number) idToken.get("auth_time")).longValue())
        .isCloseTo(new Date().getTime() / 1_000, org.assertj.core.data.Offset.offset(60L));
  }

  private static Map<String, String> with(String name, String value) {
    return with(name, value, authorizationRequest());
  }

  private static Map<String, String> with(String name, String value, Map<String, String> request) {
    request.put(name, value);
    return request;
  }

  /** Signs in at the page that a redirect leads to. */
  private static HttpResponse<String> again(
      Browser browser, HttpResponse<String> redirect, StandInUsers.Account account) {
    var page = browser.get(Browser.location(redirect)).body();
    return browser.post(
        "/login",
        Map.of(
            "_csrf",
            Browser.csrf(page),
            "continue",
            Browser.field(page, "continue"),
            "username",
            account.email(),
            "password",
            StandInUsers.PASSWORD));
  }

  private static void assertTold(HttpResponse<String> answer, String error) {
    var location = Browser.location(answer);
    assertThat(location).startsWith(CONSOLE + "?error=");
    assertThat(Browser.parameter(location, "error")).isEqualTo(error);
    assertThat(Browser.parameter(location, "state")).isEqualTo("a state/with?odd&characters");
    assertThat(Browser.parameter(location, "code")).isNull();
    assertThat(Browser.parameter(Browser.location(answer), "iss")).isEqualTo(PUBLIC_URL);
  }
}
