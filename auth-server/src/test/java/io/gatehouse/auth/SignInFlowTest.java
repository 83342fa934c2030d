package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signing in as people do it: in two tabs, with mistakes, after lunch, with a double click. */
class SignInFlowTest extends AuthServerTest {
  @Test
  void twoTabs_eachGetTheAnswerToTheirOwnRequest() {
    var ada = USERS.account("USER");
    var browser = browser();
    var one = loginPage(browser, request("state-one"));
    var two = loginPage(browser, request("state-two"));

    var first = Browser.location(send(browser, one, ada.email(), StandInUsers.PASSWORD));
    var signedInMeanwhile =
        Browser.location(send(browser, two, ada.email(), StandInUsers.PASSWORD));
    var goOn = Browser.link(browser.get(signedInMeanwhile).body(), "/oauth2/authorize");

    assertThat(Browser.parameter(first, "state")).isEqualTo("state-one");
    assertThat(Browser.location(browser.get(first))).startsWith(CONSOLE + "?code=");
    var second = Browser.location(browser.get(goOn));
    assertThat(second).startsWith(CONSOLE + "?code=");
    assertThat(Browser.parameter(second, "state")).isEqualTo("state-two");
  }

  @Test
  void stranger_whoLooksAtTheForm_getsNoSession() {
    var browser = browser();
    var before = sessions();

    loginPage(browser, request("x"));
    browser.get("/signup");

    assertThat(browser.cookies()).doesNotContainKey("SESSION");
    assertThat(sessions()).isEqualTo(before);
  }

  @Test
  void formThatExpired_isShownAgain_withItsApplicationAndAddress() {
    var ada = USERS.account("USER");
    var browser = browser();
    var page = loginPage(browser, request("kept"));
    browser.cookies().clear();

    var again = send(browser, page, ada.email(), StandInUsers.PASSWORD);

    assertThat(again.statusCode()).isEqualTo(403);
    assertThat(again.body())
        .contains("open for too long")
        .contains("Gatehouse Console")
        .contains("value=\"" + ada.email() + "\"");
    var done = send(browser, again, ada.email(), StandInUsers.PASSWORD);
    assertThat(Browser.parameter(Browser.location(done), "state")).isEqualTo("kept");
  }

  @Test
  void wrongPassword_keepsAddressAndApplication() {
    var ada = USERS.account("USER");
    var browser = browser();
    var page = loginPage(browser, request("kept"));

    var refused = send(browser, page, ada.email(), "not the password");

    var location = Browser.location(refused);
    assertThat(location).startsWith(PUBLIC_URL + "/login?error").doesNotContain(ada.email());
    var again = browser.get(location);
    assertThat(again.body()).contains("value=\"" + ada.email() + "\"").contains("role=\"alert\"");
    var done = send(browser, again, ada.email(), StandInUsers.PASSWORD);
    assertThat(Browser.parameter(Browser.location(done), "state")).isEqualTo("kept");
  }

  @Test
  void signUp_keepsAddressAndApplication_alsoWhenSentTwice() {
    var ada = USERS.account("USER");
    var browser = browser();
    var login = loginPage(browser, request("kept"));
    var page = browser.get(Browser.link(login.body(), "/signup?continue="));
    var form = new LinkedHashMap<String, String>();
    form.put("name", "Ada");
    form.put("email", ada.email());
    form.put("password", StandInUsers.PASSWORD);
    form.put("_csrf", Browser.csrf(page.body()));
    form.put("continue", Browser.field(page.body(), "continue"));
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users")).willReturn(aResponse().withStatus(201)));
    var first = browser.post("/signup", form);
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
    var second = browser.post("/signup", form);

    assertThat(first.statusCode()).isEqualTo(303);
    assertThat(second.statusCode()).isEqualTo(303);
    var again = browser.get(Browser.location(second));
    assertThat(again.body())
        .contains("Your account is ready")
        .contains("value=\"" + ada.email() + "\"");
    var done = send(browser, again, ada.email(), StandInUsers.PASSWORD);
    assertThat(Browser.parameter(Browser.location(done), "state")).isEqualTo("kept");
  }

  @Test
  void signIn_sentTwice_worksBothTimes() {
    var ada = USERS.account("USER");
    var browser = browser();
    var page = loginPage(browser, request("twice"));
    var cookies = Map.copyOf(browser.cookies());

    var first = send(browser, page, ada.email(), StandInUsers.PASSWORD);
    // The second was under way before the first was answered.
    var second = browser();
    second.cookies().putAll(cookies);
    var answer = send(second, page, ada.email(), StandInUsers.PASSWORD);

    assertThat(Browser.location(answer)).isEqualTo(Browser.location(first));
    assertThat(Browser.location(second.get(Browser.location(answer))))
        .startsWith(CONSOLE + "?code=");
  }

  /** With another id, a request beside it saves the old one back, and the browser is signed out. */
  @Test
  void callsThatCarryTheCookieToo_leaveTheSessionAsItWas() {
    var browser = signedIn(USERS.account("USER"));
    var session = browser.cookies().get("SESSION");
    assertThat(session).isNotNull();

    var tokens = Tokens.of(browser.post("/oauth2/token", redemption(code(browser))));
    assertThat(browser.cookies().get("SESSION")).isEqualTo(session);
    browser.with("Authorization", "Bearer " + tokens.access());

    for (var path : List.of("/api/me/sign-ins", "/userinfo")) {
      assertThat(browser.get(path).statusCode()).as(path).isEqualTo(200);
      assertThat(browser.cookies().get("SESSION")).as(path).isEqualTo(session);
    }
  }

  @Test
  void signOut_sentTwice_endsAtTheSamePage() {
    var browser = signedIn(USERS.account("USER"));
    var form = Map.of("_csrf", Browser.csrf(browser.get("/logout").body()));
    var second = browser();
    second.cookies().putAll(browser.cookies());

    var first = browser.post("/logout", form);
    var answer = second.post("/logout", form);

    assertThat(Browser.location(first)).isEqualTo(PUBLIC_URL + "/login?signed-out");
    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login?signed-out");
  }

  @Test
  void personWhoCameByHttps_staysThere() {
    var ada = USERS.account("USER");
    var browser =
        browser().with("X-Forwarded-Proto", "https").with("X-Forwarded-Host", "localhost:8443");

    var start = browser.get(authorize(request("x")));
    var done =
        browser.submit(
            "/login", "/login", Map.of("username", ada.email(), "password", StandInUsers.PASSWORD));

    assertThat(Browser.location(start)).startsWith("https://localhost:8443/login?continue=");
    assertThat(start.headers().firstValue("Set-Cookie").orElse("")).contains("Secure");
    assertThat(Browser.location(done)).startsWith("https://localhost:8443/oauth2/authorize?");
    // The issuer stays what it is.
    var document = JSON.readTree(browser.get("/.well-known/openid-configuration").body());
    assertThat(document.path("issuer").asString("")).isEqualTo(PUBLIC_URL);
  }

  @Test
  void signIn_neverLeadsElsewhere() {
    var ada = USERS.account("USER");
    for (var target :
        new String[] {
          "https://evil.example/", "//evil.example", "/\\evil.example", "/userinfo", ""
        }) {
      var value =
          java.util.Base64.getUrlEncoder()
              .encodeToString(target.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      var browser = browser();
      var form = new LinkedHashMap<String, String>();
      form.put("_csrf", Browser.csrf(browser.get("/login?continue=" + value).body()));
      form.put("continue", value);
      form.put("username", ada.email());
      form.put("password", StandInUsers.PASSWORD);

      assertThat(Browser.location(browser.post("/login", form))).isEqualTo(PUBLIC_URL + "/login");
    }
  }

  @Test
  void formWithoutItsField_stillLeadsToWhatTheBrowserCameFor() {
    var browser = browser();
    browser.get(authorize(request("cookie")));

    var done = signIn(browser, USERS.account("USER"));

    assertThat(Browser.parameter(Browser.location(done), "state")).isEqualTo("cookie");
    assertThat(browser.cookies()).containsEntry("RETURN", "");
  }

  private static Map<String, String> request(String state) {
    var request = authorizationRequest();
    request.put("state", state);
    return request;
  }

  /** The sign-in page that this authorization request leads to. */
  private static HttpResponse<String> loginPage(Browser browser, Map<String, String> request) {
    return browser.get(Browser.location(browser.get(authorize(request))));
  }

  /** Fills in the form that a page shows. */
  private static HttpResponse<String> send(
      Browser browser, HttpResponse<String> page, String email, String password) {
    var form = new LinkedHashMap<String, String>();
    form.put("_csrf", Browser.csrf(page.body()));
    form.put("continue", Browser.field(page.body(), "continue"));
    form.put("username", email);
    form.put("password", password);
    return browser.post("/login", form);
  }

  private int sessions() {
    return jdbc.sql("select count(*) from spring_session").query(Integer.class).single();
  }
}
