package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A third party's client that has a secret: it needs both, the secret and PKCE. */
class ConfidentialClientTest extends ThirdPartyTest {

  /** A code for the shop, got by a person who allows what it asks for. */
  private String shopCode() {
    var browser = signedIn(USERS.account("USER"));
    var consent = Browser.location(browser.get(authorize(shopRequest())));
    var allowed = answer(browser, consent, Map.of("scope", "orders.read"));
    return Objects.requireNonNull(Browser.parameter(Browser.location(allowed), "code"));
  }

  private static Map<String, String> form(String code) {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "authorization_code");
    form.put("redirect_uri", BACK);
    form.put("code", code);
    form.put("code_verifier", VERIFIER);
    return form;
  }

  private Browser shop() {
    return program().withBasic("shop", "shop-secret");
  }

  @Test
  void redemption_withSecretAndVerifier_givesTokens_andTheRefreshTokenNeedsTheSecretToo() {
    var tokens = Tokens.of(shop().post("/oauth2/token", form(shopCode())));

    assertThat(claims(tokens.access())).containsEntry("client_id", "shop");
    var refresh = Map.of("grant_type", "refresh_token", "refresh_token", tokens.refresh());
    var named = new LinkedHashMap<>(refresh);
    named.put("client_id", "shop");
    assertRefused(token(named), 401, "invalid_client");
    assertThat(shop().post("/oauth2/token", refresh).statusCode()).isEqualTo(200);
  }

  @Test
  void authorization_withoutPkce_isRefusedAtTheClient() {
    var request = shopRequest();
    request.remove("code_challenge");
    request.remove("code_challenge_method");

    var location = Browser.location(signedIn(USERS.account("USER")).get(authorize(request)));

    assertThat(location).startsWith(BACK + "?error=");
    assertThat(Browser.parameter(location, "error")).isEqualTo("invalid_request");
  }

  @Test
  void redemption_withoutVerifier_isInvalidGrant() {
    var form = form(shopCode());
    form.remove("code_verifier");

    assertRefused(shop().post("/oauth2/token", form), 400, "invalid_grant");
  }

  @Test
  void redemption_withAWrongVerifier_isInvalidGrant() {
    var form = form(shopCode());
    form.put("code_verifier", VERIFIER + "x");

    assertRefused(shop().post("/oauth2/token", form), 400, "invalid_grant");
  }

  @Test
  void redemption_withoutTheSecret_isInvalidClient() {
    var form = form(shopCode());
    form.put("client_id", "shop");

    assertRefused(token(form), 401, "invalid_client");
  }

  @ParameterizedTest
  @ValueSource(strings = {"demo-secret", "wrong"})
  void client_thatAuthenticatesInTwoWays_isInvalidRequest(String secret) {
    var form =
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            "demo-service",
            "client_secret",
            secret);

    assertRefused(demo().post("/oauth2/token", form), 400, "invalid_request");
  }
}
