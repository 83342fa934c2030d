package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;

/** Whatever text a page shows, the page stays ours: no element and no attribute comes of it. */
class EscapingTest extends AuthServerTest {
  private static final String HOSTILE = "\"><img src=x onerror=alert(1)>' autofocus onfocus=y &lt;";
  private static final String ACCOUNT = "Ada <b>Lovelace</b>";

  @Test
  void signIn_showsTheApplicationsNameAndItsHint_asText() {
    var request = hostileRequest();
    request.put("login_hint", HOSTILE);
    var browser = browser();

    var page = page(browser.get(Browser.location(browser.get(authorize(request)))));

    assertThat(text(page, "main p strong")).isEqualTo(HOSTILE_CLIENT);
    assertThat(value(page, "username")).isEqualTo(HOSTILE);
  }

  @Test
  void signIn_givesBackTheTypedAddress_asText() {
    var browser = browser();
    var form = Map.of("username", HOSTILE, "password", HOSTILE);

    var expired = page(browser.post("/login", form));
    browser.submit("/login", "/login", form);
    var refused = page(browser.get("/login?error"));

    assertThat(value(expired, "username")).isEqualTo(HOSTILE);
    assertThat(value(refused, "username")).isEqualTo(HOSTILE);
    assertThat(value(refused, "password")).isEmpty();
  }

  @Test
  void accountPages_showTheNameAndWhatComesWithTheAddress_asText() {
    var request = hostileRequest();
    request.put("state", HOSTILE);
    request.put("prompt", "select_account");
    var browser = signedIn(USERS.account("USER"));

    var signedIn = page(browser.get("/login"));
    var choice = page(browser.get(Browser.location(browser.get(authorize(request)))));
    var signOut =
        page(
            browser.get(
                "/logout?"
                    + Browser.encode(
                        Map.of("client_id", HOSTILE, "state", HOSTILE, "extra", HOSTILE))));

    assertThat(text(signedIn, "main strong")).isEqualTo(ACCOUNT);
    assertThat(text(choice, "a.button")).isEqualTo(ACCOUNT);
    assertThat(Browser.parameter(PUBLIC_URL + choice.select("a.button").attr("href"), "state"))
        .isEqualTo(HOSTILE);
    assertThat(text(signOut, "main strong")).isEqualTo(ACCOUNT);
    assertThat(value(signOut, "client_id")).isEqualTo(HOSTILE);
    assertThat(value(signOut, "state")).isEqualTo(HOSTILE);
  }

  @Test
  void signUp_givesBackWhatWasTypedAndWhatWasWrong_asText() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"error":{"code":"VALIDATION_ERROR","message":"x","requestId":"x",
                         "details":[{"field":"email","message":"must not be <img src=x>"}]}}
                        """)));

    var page =
        page(
            browser()
                .submit(
                    "/signup",
                    "/signup",
                    Map.of("name", HOSTILE, "email", HOSTILE, "password", HOSTILE)));

    assertThat(value(page, "name")).isEqualTo(HOSTILE);
    assertThat(value(page, "email")).isEqualTo(HOSTILE);
    assertThat(value(page, "password")).isEmpty();
    assertThat(text(page, "#email-wrong")).isEqualTo("Must not be <img src=x>.");
  }

  @Test
  void consent_showsTheClientAndItsScopes_asText() {
    var browser = signedIn(USERS.account("USER"));

    var page = page(browser.get(Browser.location(browser.get(authorize(hostileRequest())))));

    assertThat(text(page, "h1")).isEqualTo("Allow " + HOSTILE_CLIENT + "?");
    assertThat(page.title()).isEqualTo("Allow " + HOSTILE_CLIENT + "? · Gatehouse");
    assertThat(page.select("main strong").eachText()).containsExactly(HOSTILE_CLIENT, ACCOUNT);
    assertThat(value(page, "scope")).isEqualTo(HOSTILE_SCOPE);
    assertThat(text(page, "label.choice span")).isEqualTo(HOSTILE_SCOPE);
  }

  @Test
  void activation_showsTheClientAndItsScopes_asText_andNeverWhatWasTyped() {
    var browser = signedIn(USERS.account("USER"));
    var device =
        JSON.readTree(
            program()
                .post(
                    "/oauth2/device_authorization",
                    Map.of("client_id", "hostile", "scope", HOSTILE_SCOPE))
                .body());
    var code = device.path("user_code").asString("");

    var question = page(browser.get("/activate?" + Browser.encode(Map.of("user_code", code))));
    var unknown = browser.get("/activate?" + Browser.encode(Map.of("user_code", HOSTILE)));

    assertThat(text(question, "main strong")).isEqualTo(HOSTILE_CLIENT);
    assertThat(text(question, "ul.scopes li")).isEqualTo(HOSTILE_SCOPE);
    assertThat(value(question, "user_code")).isEqualTo(code);
    assertThat(unknown.statusCode()).isEqualTo(400);
    page(unknown);
    assertThat(unknown.body()).doesNotContain("onerror");
  }

  @Test
  void errorPages_showNothingThatWasSent() {
    var browser = signedIn(USERS.account("USER")).with("X-Request-Id", HOSTILE);
    var request = hostileRequest();
    request.put("redirect_uri", "https://elsewhere.example.com/" + HOSTILE);
    for (var path :
        new String[] {
          "/" + Browser.encode(Map.of("nothing", HOSTILE)),
          authorize(request),
          authorize(Map.of("client_id", HOSTILE)),
          "/oauth2/consent?" + Browser.encode(Map.of("state", HOSTILE)),
          "/connect/logout?" + Browser.encode(Map.of("id_token_hint", HOSTILE)),
        }) {
      var answer = browser.get(path);

      assertThat(answer.body()).as(path).doesNotContain("onerror").doesNotContain("elsewhere");
      page(answer);
    }
  }

  private static Map<String, String> hostileRequest() {
    var request = authorizationRequest();
    request.put("client_id", "hostile");
    request.put("redirect_uri", "https://hostile.example.com/back");
    request.put("scope", "openid " + HOSTILE_SCOPE);
    return request;
  }

  /** The page as a browser reads it, without anything that is not ours. */
  private static Document page(HttpResponse<String> answer) {
    assertThat(answer.headers().firstValue("Content-Type")).contains("text/html;charset=UTF-8");
    var page = Jsoup.parse(answer.body());
    // The one script that is ours, by which a passkey is used.
    assertThat(page.select("script[src^=/assets/auth-][src$=.js]:empty").remove().size())
        .isLessThanOrEqualTo(1);
    assertThat(page.select("img, b, i, script, [onerror], [onfocus], [src]")).isEmpty();
    assertThat(page.select("[autofocus]").size()).isLessThanOrEqualTo(1);
    return page;
  }

  private static String text(Document page, String selector) {
    return element(page, selector).text();
  }

  private static String value(Document page, String input) {
    return element(page, "input[name=" + input + "]").attr("value");
  }

  private static Element element(Document page, String selector) {
    assertThat(page.select(selector)).as(selector + " in " + page.body()).isNotEmpty();
    return page.selectFirst(selector);
  }
}
