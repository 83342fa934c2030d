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
  void thirdParty_thatAsksOnlyWhoThePersonIs_asksThePersonOnce() {
    var browser = signedIn(USERS.account("USER"));
    var request = shopRequest();
    request.put("scope", "openid");

    var consent = Browser.location(browser.get(authorize(request)));
    assertThat(consent).startsWith(PUBLIC_URL + "/oauth2/consent?");
    assertThat(browser.get(consent).body()).contains("Know who you are");
    var allowed = answer(browser, consent, Map.of("scope", "openid"));

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

  @Test
  void consent_namesAccountClientAndTarget_andTakesScopesFromTheRequestAlone() {
    var browser = signedIn(USERS.account("USER"));
    var consent = Browser.location(browser.get(authorize(shopRequest())));
    var state = Browser.parameter(consent, "state");

    var forged =
        browser.get(
            "/oauth2/consent?"
                + Browser.encode(
                    Map.of(
                        "state", String.valueOf(state),
                        "client_id", "console",
                        "scope", "users.write Everything_and_more")));

    assertThat(forged.body())
        .contains("Ada &lt;b&gt;Lovelace&lt;/b&gt;")
        .contains("Shop &amp; Co")
        .contains("shop.example.com")
        .contains("See your orders")
        .doesNotContain("Everything")
        .doesNotContain("Change your account");
  }

  @Test
  void consent_ofAnotherPersonsRequest_isNotShown() {
    var consent = Browser.location(signedIn(USERS.account("USER")).get(authorize(shopRequest())));

    var page = signedIn(USERS.account("USER")).get(consent);

    assertThat(page.statusCode()).isEqualTo(400);
    assertThat(page.body()).contains("answered already").doesNotContain("Shop");
  }

  @Test
  void consent_sentTwice_leadsToTheClientBothTimes() {
    var browser = signedIn(USERS.account("USER"));
    var consent = Browser.location(browser.get(authorize(shopRequest())));

    var first = answer(browser, consent, Map.of("scope", "orders.read"));
    var second = answer(browser, consent, Map.of("scope", "orders.read"));

    assertThat(Browser.location(first)).startsWith(BACK + "?code=");
    assertThat(second.statusCode()).isEqualTo(303);
    assertThat(Browser.location(browser.get(Browser.location(second)))).startsWith(BACK + "?code=");
  }

  @Test
  void refusal_sentTwice_isAccessDeniedBothTimes() {
    var browser = signedIn(USERS.account("USER"));
    var consent = Browser.location(browser.get(authorize(shopRequest())));

    var first = Browser.location(answer(browser, consent, Map.of()));
    var second = Browser.location(answer(browser, consent, Map.of()));

    assertThat(Browser.parameter(first, "error")).isEqualTo("access_denied");
    assertThat(Browser.parameter(second, "error")).isEqualTo("access_denied");
    assertThat(Browser.parameter(second, "state")).isEqualTo("a state/with?odd&characters");
  }
}
