package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Third parties ask people first. */
class ConsentTest extends ThirdPartyTest {

  @Test
  void authorization_ofAThirdParty_asksForConsentOnce() {
    var browser = signedIn(USERS.account("USER"));
    var request = shopRequest();

    var consent = Browser.location(browser.get(authorize(request)));
    assertThat(consent).startsWith(PUBLIC_URL + "/oauth2/consent?");
    var page = browser.get(consent);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("Allow Shop &amp; Co?").contains("See your orders");
    var allowed = answer(browser, consent, Map.of("scope", "orders.read"));
    assertThat(Browser.location(allowed)).startsWith(BACK + "?code=");
    assertThat(Browser.location(browser.get(authorize(request)))).startsWith(BACK + "?code=");
  }

  @Test
  void consent_refused_isAccessDenied() {
    var browser = signedIn(USERS.account("USER"));
    var consent = Browser.location(browser.get(authorize(shopRequest())));

    var refused = answer(browser, consent, Map.of());

    assertThat(Browser.parameter(Browser.location(refused), "error")).isEqualTo("access_denied");
  }
}
