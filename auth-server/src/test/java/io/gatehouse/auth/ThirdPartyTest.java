package io.gatehouse.auth;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The shop, a client of somebody else: people are asked before it gets anything. */
abstract class ThirdPartyTest extends AuthServerTest {
  static final String BACK = "https://shop.example.com/back";

  /** What the shop's page asks for. */
  static Map<String, String> shopRequest() {
    var request = authorizationRequest();
    request.put("client_id", "shop");
    request.put("redirect_uri", BACK);
    request.put("scope", "openid orders.read");
    return request;
  }

  /**
   * Answers the consent page.
   *
   * @param consent the page's address
   * @param scopes those allowed; none refuses
   */
  static HttpResponse<String> answer(Browser browser, String consent, String... scopes) {
    var form = new LinkedHashMap<String, String>();
    form.put("client_id", "shop");
    form.put("state", Objects.requireNonNull(Browser.parameter(consent, "state")));
    for (var scope : scopes) {
      form.put("scope", scope);
    }
    return browser.post("/oauth2/authorize", form);
  }
}
