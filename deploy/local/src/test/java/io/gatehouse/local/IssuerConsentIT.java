package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What people are asked by the issuer: to connect a device, to allow an application. */
@Order(3)
class IssuerConsentIT extends IssuerPages {
  IssuerConsentIT(RunningPlatform platform) {
    super(platform);
  }

  @Test
  void device_isConnected_byItsCode() {
    try (var browser = browser()) {
      var tab = browser.newTab();
      signIn(tab, platform.newAccount());
      tab.open("/activate");
      arrive(tab, "Connect a device");
      fill(tab, "#user_code", deviceCode());
      tab.press("Enter");
      arrive(tab, "Connect this device?");
      tabTo(tab, "button[value=allow]");
      tab.press("Enter");
      arrive(tab, "Device connected");
      assertThat(tab.complaints()).isEmpty();
    }
  }

  @Test
  void application_isAllowed_whatItsPersonLeavesTicked() {
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      tab.open(authorizationRequest());
      arrive(tab, "Sign in");
      fill(tab, "#username", platform.newAccount());
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "Allow Shop?");
      tabTo(tab, "[name=scope][value=\"orders.read\"]");
      tab.press("Space");
      tabTo(tab, "button:not(.second)");
      tab.press("Enter");
      tab.awaitTrue("location.pathname === '/health' && location.search.includes('code=')");
      assertThat(tab.evaluate("new URLSearchParams(location.search).get('iss')").asString(""))
          .isEqualTo(url.toString());
    }
  }

  /** In German with an English browser: what user-service finds wrong, and the mail, too. */
  @Test
  void application_thatWishesGerman_isAllowed_byWhoSignsUpForIt() {
    var email = newEmail();
    try (var browser = browser()) {
      var tab = browser.newTab();
      tab.withoutConditionalMediation();
      tab.open(authorizationRequest() + "&ui_locales=de");
      arrive(tab, "Anmelden");
      tabTo(tab, "a[href^=\"/signup\"]");
      tab.press("Enter");
      tab.awaitHeading("Konto anlegen");
      fill(tab, "#name", "Ada");
      fill(tab, "#email", email);
      fill(tab, "#password", "short");
      tab.press("Enter");
      tab.awaitTrue("document.querySelector('#password-wrong')");
      arrive(tab, "Konto anlegen");
      assertThat(tab.text("#password-wrong"))
          .isEqualTo("Muss 12 bis 128 Zeichen und darf keine Steuerzeichen haben.");
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      tab.awaitHeading("Anmelden");
      fill(tab, "#password", Person.PASSWORD);
      tab.press("Enter");
      arrive(tab, "Shop erlauben, für Sie zu handeln?");
      assertThat(tab.text("ul.scopes")).contains("Ihr Konto sehen", "Ihre Bestellungen sehen");
      assertThat(mail(email, "/confirm")).startsWith("Guten Tag,");
    }
  }

  /** Of a third party, whose person is asked; its answer goes to a page where nothing runs. */
  private String authorizationRequest() {
    var back = url + "/health";
    var client =
        Map.of(
            "name",
            "Shop",
            "public",
            true,
            "redirectUris",
            List.of(back),
            "scopes",
            List.of("openid", "users.read", "orders.read"));
    var made =
        platform.api().post("/api/clients", platform.personToken("grace@example.com"), client);
    assertThat(made.status()).isEqualTo(201);
    return "/oauth2/authorize?response_type=code&scope=openid+users.read+orders.read&state=s"
        + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
        + "&client_id="
        + made.json().path("id").asString()
        + "&redirect_uri="
        + back;
  }

  private String deviceCode() {
    var asked = Person.post(url, "/oauth2/device_authorization", Map.of("client_id", "cli"));
    assertThat(asked.statusCode()).isEqualTo(200);
    return JsonMapper.shared().readTree(asked.body()).path("user_code").asString();
  }
}
