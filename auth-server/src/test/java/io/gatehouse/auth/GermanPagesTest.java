package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Signing in and up, consent, devices, signing out and errors, for who reads German. */
class GermanPagesTest extends ThirdPartyTest {
  private static final String LINK = "Zm9yZ290dGVuLXBhc3N3b3JkLWxpbmstb2YtYS1tYWls";

  @Override
  Browser browser() {
    return super.browser().with("Accept-Language", "de-AT,de;q=0.9,en;q=0.5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "error            | E-Mail und Passwort passen nicht zusammen",
        "error=passkey    | Dieser Passkey ist hier nicht bekannt",
        "signed-out       | Sie sind abgemeldet.",
        "password-changed | Ihr Passwort ist geändert.",
        "reset            | Ihr neues Passwort ist gesetzt.",
        "signed-up        | Ihr Konto ist angelegt.",
      })
  void signIn_saysWhatHappened(String query, String sentence) {
    var page = German.page(browser().get("/login?" + query), 200, "Anmelden");

    assertThat(page.select(".note").text()).startsWith(sentence);
    assertThat(page.select("label").eachText()).containsExactly("E-Mail", "Passwort");
    assertThat(page.expectFirst("#use-passkey").attr("data-failed"))
        .startsWith("Es wurde kein Passkey benutzt.");
  }

  @Test
  void signIn_forAnApplication_againAndAsAnother_andWithAnOldForm() {
    var browser = browser();
    var first = browser.get(Browser.location(browser.get(authorize(shopRequest()))));
    assertThat(German.page(first, 200, "Anmelden").text()).contains("und weiter zu Shop & Co");
    German.page(browser.post("/login", Map.of("username", "a")), 403, "Anmelden");

    var ada = signedIn(USERS.account("USER"));
    German.page(ada.get("/login"), 200, "Sie sind angemeldet");
    var request = shopRequest();
    request.put("prompt", "select_account");
    German.page(ada.get(Browser.location(ada.get(authorize(request)))), 200, "Weiter als");
    request.put("prompt", "login");
    German.page(ada.get(Browser.location(ada.get(authorize(request)))), 200, "Erneut anmelden");
  }

  @Test
  void signUp_andItsFaults() {
    German.page(browser().get("/signup"), 200, "Konto anlegen");
    German.page(browser().post("/signup", Map.of("name", "Ada")), 403, "Konto anlegen");
    answer(
        "/api/users",
        400,
        """
        [{"field":"name","message":"must have no invisible, direction or private characters"},
         {"field":"email","message":"must be a well-formed email address"},
         {"field":"password",
          "message":"must have 12 to 128 characters and no control characters"}]
        """);
    var refused = German.page(signUp(), 400, "Konto anlegen");
    assertThat(refused.select(".wrong").eachText())
        .containsExactly(
            "Darf keine unsichtbaren, richtungsändernden oder privaten Zeichen haben.",
            "Muss eine gültige E-Mail-Adresse sein.",
            "Muss 12 bis 128 Zeichen und darf keine Steuerzeichen haben.");

    answer("/api/users", 409, "[]");
    assertThat(German.page(signUp(), 409, "Konto anlegen").select("#email-wrong").text())
        .isEqualTo("Zu dieser E-Mail-Adresse gibt es schon ein Konto.");
    answer("/api/users", 202, "[]");
    German.page(signUp(), 200, "Wir haben Ihnen eine Mail geschickt");
  }

  @Test
  void rule_thatNobodyPutIntoGerman_isMarkedAsEnglish() {
    answer("/api/users", 400, "[{\"field\":\"name\",\"message\":\"must be something new\"}]");

    var page = org.jsoup.Jsoup.parse(signUp().body());

    assertThat(page.expectFirst("#name-wrong[lang=en]").text()).isEqualTo("Must be something new.");
  }

  private java.net.http.HttpResponse<String> signUp() {
    var form = Map.of("name", "Ada", "email", "ada@example.com", "password", "a-long-password");
    return browser().submit("/signup", "/signup", form);
  }

  @Test
  void mailedLinks_andTheAskingForThem() {
    German.page(browser().get("/forgot"), 200, "Passwort vergessen?");
    answer("/api/users/password-reset", 400, "[{\"field\":\"email\",\"message\":\"x\"}]");
    var form = Map.of("email", "ada");
    German.page(browser().submit("/forgot", "/forgot", form), 400, "Passwort vergessen?");
    answer("/api/users/password-reset", 202, "[]");
    German.page(browser().submit("/forgot", "/forgot", form), 200, "Passwort vergessen?");

    for (var page :
        Map.of(
                "/reset", "Neues Passwort setzen",
                "/signup", "Registrierung abschließen",
                "/confirm", "Ist das Ihre Adresse?")
            .entrySet()) {
      German.page(browser().get(page.getKey() + "?link=" + LINK), 200, page.getValue());
      German.page(browser().get(page.getKey() + "?link="), 400, "Dieser Link gilt nicht");
    }
    var password = Map.of("link", LINK, "password", "short");
    answer("/internal/password-resets", 400, "[{\"field\":\"password\",\"message\":\"x\"}]");
    answer("/internal/sign-ups", 400, "[{\"field\":\"password\",\"message\":\"x\"}]");
    German.page(
        browser().submit("/reset?link=" + LINK, "/reset", password), 400, "Neues Passwort setzen");
    German.page(
        browser().submit("/signup?link=" + LINK, "/signup", password),
        400,
        "Registrierung abschließen");
    answer("/internal/address-confirmations", 200, "[]");
    German.page(
        browser().submit("/confirm?link=" + LINK, "/confirm", Map.of("link", LINK)),
        200,
        "Adresse bestätigt");
  }

  @Test
  void consent_namesWhatItGives_andIsOldOnceAnswered() {
    var ada = signedIn(USERS.account("USER"));
    var consent = Browser.location(ada.get(authorize(shopRequest())));

    var page = German.page(ada.get(consent), 200, "Shop & Co erlauben, für Sie zu handeln?");
    assertThat(page.select("label.choice").eachText()).containsExactly("Ihre Bestellungen sehen");
    assertThat(page.select("main strong").eachText())
        .containsExactly("Shop & Co", "Ada <b>Lovelace</b>");

    answer(ada, consent, Map.of("scope", "orders.read"));
    var old = German.page(ada.get(consent), 400, "Das hat nicht geklappt");
    assertThat(old.text()).contains("Diese Frage ist schon beantwortet");
    var again = shopRequest();
    again.put("prompt", "consent");
    var asked = ada.get(Browser.location(ada.get(authorize(again))));
    assertThat(German.page(asked, 200, "Shop & Co erlauben, für Sie zu handeln?").text())
        .contains("Ihre Bestellungen sehen (schon erlaubt)");
  }

  @Test
  void device_isConnected_orTurnedAway() {
    var ada = signedIn(USERS.account("USER"));
    German.page(ada.get("/activate"), 200, "Gerät verbinden");
    German.page(ada.get("/activate?user_code=AAAA-BBBB"), 400, "Gerät verbinden");
    for (var decision : Map.of("allow", "Gerät verbunden", "deny", "Gerät abgewiesen").entrySet()) {
      var device =
          program()
              .post(
                  "/oauth2/device_authorization",
                  Map.of("client_id", "cli", "scope", "openid orders.write"));
      var code = JSON.readTree(device.body()).path("user_code").asString("");
      var question = "/activate?user_code=" + code;

      var page = German.page(ada.get(question), 200, "Dieses Gerät verbinden?");
      assertThat(page.select("ul.scopes li").eachText())
          .containsExactly("Wissen, wer Sie sind", "Bestellungen für Sie aufgeben und ändern");
      var form = Map.of("user_code", code, "decision", decision.getKey());
      German.page(ada.submit(question, "/activate", form), 200, decision.getValue());
    }
  }

  @Test
  void signingOut_isAsked_andDone() {
    var ada = signedIn(USERS.account("USER"));

    assertThat(German.page(ada.get("/logout"), 200, "Abmelden?").text())
        .contains("Sie sind als Ada <b>Lovelace</b> angemeldet.");
    ada.submit("/logout", "/logout", Map.of());
    German.page(ada.get("/logout"), 200, "Abgemeldet");
  }

  @Test
  void errors_arePages() {
    German.page(browser().get("/nothing"), 404, "Diese Seite gibt es nicht");
    German.page(browser().post("/forgot", Map.of()), 403, "Dieses Formular ist veraltet");
    German.page(browser().send("DELETE", "/login"), 405, "Das hat nicht geklappt");
    German.page(browser().get("/login?x=%00"), 400, "Das hat nicht geklappt");
    German.page(browser().post("/login", "x=%"), 400, "Das hat nicht geklappt");
    var request = shopRequest();
    request.put("redirect_uri", "https://elsewhere.example.com/");
    assertThat(German.page(browser().get(authorize(request)), 400, "Das hat nicht geklappt").text())
        .contains("Das Programm, das Sie hierher geschickt hat, will Sie an eine Adresse schicken");
    request.put("client_id", "nobody");
    assertThat(German.page(browser().get(authorize(request)), 400, "Das hat nicht geklappt").text())
        .contains("ist hier nicht bekannt");
    German.page(browser().get("/connect/logout?id_token_hint=x"), 400, "Das hat nicht geklappt");
    USERS.fail();
    German.page(signIn(browser(), USERS.account("USER")), 503, "Gerade nicht erreichbar");
  }

  private static void answer(String path, int status, String details) {
    USERS.server.stubFor(
        post(urlPathEqualTo(path))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"error":{"code":"VALIDATION_ERROR","message":"x","details":%s,
                         "requestId":"x"}}
                        """
                            .formatted(details))));
  }
}
