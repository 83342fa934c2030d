package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In which language a person is answered. */
class PageLanguageTest extends ThirdPartyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de                          | de",
        "de-CH                       | de",
        "en-GB, de;q=0.9             | en",
        "en;q=0.5, de;q=0.8          | de",
        "fr, it;q=0.9                | en",
        "de;q=0                      | en",
        "*                           | en",
        "nonsense;;                  | en",
      })
  void acceptLanguage_isMatchedByWeight(String accepted, String language) {
    var answer = browser().with("Accept-Language", accepted).get("/login");

    assertThat(German.language(answer)).isEqualTo(language);
    assertThat(answer.headers().allValues("Vary").toString()).contains("Accept-Language");
  }

  @Test
  void withoutAWish_itIsEnglish() {
    assertThat(German.language(browser().get("/login"))).isEqualTo("en");
    assertThat(German.language(browser().get("/nothing"))).isEqualTo("en");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "de en    | en | de",
        "de-AT    | en | de",
        "fr en de | de | en",
        "fr it    | de | de",
        "fr it    | fr | en",
        "de_DE ;; | en | en",
      })
  void uiLocales_ofAnAuthorizationRequest_comeFirst(
      String locales, String accepted, String language) {
    var browser = browser().with("Accept-Language", accepted);
    var request = wishing(locales);

    var login = Browser.location(browser.get(authorize(request)));

    assertThat(German.language(browser.get(login))).isEqualTo(language);
    var form = Map.of("username", "a@example.com", "password", "x", "continue", wanted(login));
    var wrong = Browser.location(browser.submit(login, "/login", form));
    assertThat(German.language(browser.get(wrong))).isEqualTo(language);
  }

  @Test
  void uiLocales_holdForAllPagesOfTheRequest_andNoLonger() {
    var ada = USERS.account("USER");
    var browser = browser();
    var login = Browser.location(browser.get(authorize(wishing("de"))));
    var page = Jsoup.parse(browser.get(login).body());

    var signUp = browser.get(page.expectFirst("a[href^=/signup]").attr("href"));
    German.page(signUp, 200, "Konto anlegen");
    var forgot = browser.get(page.expectFirst("a[href^=/forgot]").attr("href"));
    var back = German.page(forgot, 200, "Passwort vergessen?").expectFirst("p a").attr("href");
    German.page(browser.get(back), 200, "Anmelden");

    var form =
        Map.of(
            "username", ada.email(), "password", StandInUsers.PASSWORD, "continue", wanted(login));
    var consent =
        Browser.location(browser.get(Browser.location(browser.submit(login, "/login", form))));
    German.page(browser.get(consent), 200, "Shop & Co erlauben, für Sie zu handeln?");
    assertThat(German.language(browser.get("/login"))).isEqualTo("en");
  }

  @Test
  void uiLocales_ofAPushedRequest_count() {
    var request = authorizationRequest();
    request.put("ui_locales", "de");
    var pushed = program().post("/oauth2/par", request);
    var uri = JSON.readTree(pushed.body()).path("request_uri").asString("");
    var browser = browser();
    var address = authorize(Map.of("client_id", "console", "request_uri", uri));

    var login = Browser.location(browser.get(address));
    German.page(browser.get(login), 200, "Anmelden");

    var ada = USERS.account("USER");
    var form =
        Map.of(
            "username", ada.email(), "password", StandInUsers.PASSWORD, "continue", wanted(login));
    var answer = browser.get(Browser.location(browser.submit(login, "/login", form)));
    assertThat(Browser.location(answer)).startsWith(CONSOLE + "?code=");
  }

  @Test
  void uiLocales_ofARequestThatIsRefused_count() {
    var request = wishing("de");
    request.put("client_id", "nobody");

    German.page(browser().get(authorize(request)), 400, "Das hat nicht geklappt");
  }

  @Test
  void uiLocales_ofALogout_count() {
    var browser = signedIn(USERS.account("USER"));
    var page = Browser.location(browser.get("/connect/logout?ui_locales=de"));

    German.page(browser.get(page), 200, "Abmelden?");
    var out = browser.submit(page, "/logout", Map.of("ui_locales", "de"));
    German.page(browser.get(Browser.location(out)), 200, "Anmelden");
  }

  @Test
  void mails_areInTheLanguageOfTheirPage() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users")).willReturn(aResponse().withStatus(201)));
    var browser = browser().with("Accept-Language", "fr, en");
    var login = Browser.location(browser.get(authorize(wishing("de"))));
    var form =
        Map.of(
            "name",
            "Ada",
            "email",
            "ada@example.com",
            "password",
            StandInUsers.PASSWORD,
            "continue",
            wanted(login));

    browser.submit("/signup", "/signup", form);
    browser.submit(
        login,
        "/login",
        Map.of("username", "ada@example.com", "password", "x", "continue", wanted(login)));

    for (var path : new String[] {"/api/users", "/internal/credentials/verification"}) {
      USERS.server.verify(
          postRequestedFor(urlPathEqualTo(path)).withHeader("Accept-Language", equalTo("de")));
    }
  }

  /** A service refuses a header that it cannot read; a person's page is none the worse for it. */
  @Test
  void acceptLanguage_thatCannotBeRead_isNotPassedOn() {
    signIn(browser().with("Accept-Language", "en;q=9"), USERS.account("USER"));

    USERS.server.verify(
        postRequestedFor(urlPathEqualTo("/internal/credentials/verification"))
            .withHeader("Accept-Language", equalTo("en")));
  }

  @Test
  void discovery_namesTheLanguages() {
    var document = JSON.readTree(program().get("/.well-known/openid-configuration").body());

    assertThat(document.path("ui_locales_supported").toString()).isEqualTo("[\"en\",\"de\"]");
  }

  private static Map<String, String> wishing(String locales) {
    var request = shopRequest();
    request.put("ui_locales", locales);
    return request;
  }

  private static String wanted(String login) {
    return Objects.requireNonNull(Browser.parameter(login, "continue"));
  }
}
