package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The pages of an account, for who reads German. */
class GermanAccountTest extends AccountPagesTest {
  private static final String NAME_RULE =
      "{\"field\":\"name\",\"message\":\"must have 1 to 100 characters and no control characters\"}";

  @Override
  Browser browser() {
    return super.browser().with("Accept-Language", "de");
  }

  @Test
  void overview_andWhatItSaysAfterAChange() {
    var account = account();
    var ada = signedIn(account);

    var page = German.page(ada.get("/account"), 200, "Ihr Konto");
    assertThat(page.select("dt").eachText())
        .containsExactly("Name", "E-Mail", "Passwort", "Passkeys", "Anmeldungen");
    assertThat(German.page(ada.get("/account?name-changed"), 200, "Ihr Konto").text())
        .contains("Ihr Name ist geändert.");
    read(account, ",\"pendingEmail\":\"new@example.com\"");
    assertThat(German.page(ada.get("/account?email-changed"), 200, "Ihr Konto").text())
        .contains("Wir haben eine Mail an new@example.com geschickt.");
  }

  @Test
  void changes_andTheirFaults() {
    var account = account();
    var ada = signedIn(account);
    German.page(ada.get("/account/name"), 200, "Ihren Namen ändern");
    German.page(ada.get("/account/email"), 200, "Ihre E-Mail ändern");
    German.page(ada.get("/account/password"), 200, "Ihr Passwort ändern");

    var user = "/api/users/" + account.id();
    USERS.server.stubFor(
        put(urlPathEqualTo(user)).willReturn(refusal(400, "VALIDATION_ERROR", NAME_RULE)));
    var name = ada.submit("/account/name", "/account/name", Map.of("name", ""));
    assertThat(German.page(name, 400, "Ihren Namen ändern").select("#name-wrong").text())
        .isEqualTo("Muss 1 bis 100 Zeichen und darf keine Steuerzeichen haben.");
    USERS.server.stubFor(put(urlPathEqualTo(user)).willReturn(refusal(409, "ALREADY_EXISTS", "")));
    var email = ada.submit("/account/email", "/account/email", Map.of("email", "a@example.com"));
    assertThat(German.page(email, 400, "Ihre E-Mail ändern").select("#email-wrong").text())
        .isEqualTo("Zu dieser E-Mail-Adresse gibt es schon ein Konto.");
    USERS.server.stubFor(
        put(urlPathEqualTo(user + "/password")).willReturn(refusal(422, "WRONG_PASSWORD", "")));
    var password =
        ada.submit("/account/password", "/account/password", Map.of("current", "x", "new", "y"));
    assertThat(German.page(password, 400, "Ihr Passwort ändern").select("#current-wrong").text())
        .isEqualTo("Stimmt nicht oder wurde zu oft versucht.");
  }

  @Test
  void oldSignIn_isAskedForAnew() {
    var account = account();
    var ada = signedIn(account);
    age(account, Duration.ofMinutes(6));

    var page = ada.get(Browser.location(ada.get("/account/password")));

    assertThat(German.page(page, 200, "Erneut anmelden").text())
        .contains("Ihre Anmeldung ist eine Weile her.");
  }

  @Test
  void signIns_areListed_withTheirTimes() {
    var ada = signedIn(account());
    assertThat(German.page(ada.get("/account/sign-ins"), 200, "Wo Sie angemeldet sind").text())
        .contains("Kein Programm handelt für Sie.");

    redeem(code(ada));

    var page = German.page(ada.get("/account/sign-ins?ended"), 200, "Wo Sie angemeldet sind");
    assertThat(page.select("ul.lines .tag").text()).isEqualTo("dieser Browser");
    assertThat(page.select("ul.lines p").text())
        .containsPattern(
            "Seit dem \\d+\\. \\S+ \\d{4}, \\d\\d:\\d\\d UTC, zuletzt erneuert am \\d");
    assertThat(page.select("ul.lines time").eachAttr("datetime"))
        .hasSize(2)
        .allMatch(at -> at.endsWith("Z"));
    assertThat(page.select("button").eachText())
        .containsExactly("Diese Anmeldung beenden", "Alle anderen beenden");
  }

  @Test
  void deletion_isAskedTwice_andDone() {
    var account = account();
    var ada = signedIn(account);
    USERS.server.stubFor(
        delete(urlPathEqualTo("/api/users/" + account.id()))
            .willReturn(aResponse().withStatus(204)));

    German.page(ada.get("/account/deletion"), 200, "Ihr Konto löschen?");
    var unsure = ada.submit("/account/deletion", "/account/deletion", Map.of());
    assertThat(German.page(unsure, 400, "Ihr Konto löschen?").select("#sure-wrong").text())
        .startsWith("Bitte setzen Sie das Häkchen");
    var sure = ada.submit("/account/deletion", "/account/deletion", Map.of("sure", "yes"));
    German.page(sure, 200, "Ihr Konto ist gelöscht");
  }
}
