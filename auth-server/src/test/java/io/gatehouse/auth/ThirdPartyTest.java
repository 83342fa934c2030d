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
   * @param allowed what is ticked: a {@code scope}, or nothing, which refuses
   */
  static HttpResponse<String> answer(Browser browser, String consent, Map<String, String> allowed) {
    var form = new LinkedHashMap<>(allowed);
    form.put("client_id", "shop");
    form.put("state", Objects.requireNonNull(Browser.parameter(consent, "state")));
    return browser.post("/oauth2/authorize", form);
  }
}
