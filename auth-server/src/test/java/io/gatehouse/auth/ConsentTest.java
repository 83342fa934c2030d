package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Third parties ask people first. */
class ConsentTest extends AuthServerTest {

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
}
