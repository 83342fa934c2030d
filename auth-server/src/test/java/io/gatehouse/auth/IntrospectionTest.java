package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 7662, for those who may ask. */
class IntrospectionTest extends AuthServerTest {

  @Test
  void introspection_ofAnAccessToken_saysWhatItIs() {
    var ada = USERS.account("USER");
    var tokens = tokens(ada);

    var answer = introspect(tokens.access());

    assertThat(answer.path("active").asBoolean()).isTrue();
    assertThat(answer.path("sub").asString("")).isEqualTo(ada.id());
    assertThat(answer.path("client_id").asString("")).isEqualTo("console");
    assertThat(answer.path("token_type").asString("")).isEqualTo("Bearer");
    assertThat(answer.path("scope").asString("")).contains("orders.read");
    assertThat(answer.path("exp").isNumber()).isTrue();
  }

  @Test
  void introspection_ofARefreshToken_isActiveUntilItIsSpent() {
    var tokens = tokens(USERS.account("USER"));
    assertThat(isActive(tokens.refresh())).isTrue();

    Tokens.of(refresh(tokens.refresh()));

    assertThat(isActive(tokens.refresh())).isFalse();
  }

  @Test
  void introspection_ofNonsenseAndOfAnIdToken_isInactive() {
    assertThat(introspect("nonsense").propertyNames()).containsExactly("active");
    assertThat(isActive(tokens(USERS.account("USER")).id())).isFalse();
  }

  @Test
  void introspection_byAPublicClientOrNobody_isRefused() {
    var token = tokens(USERS.account("USER")).access();

    assertRefused(
        program().post("/oauth2/introspect", Map.of("token", token, "client_id", "console")),
        401,
        "invalid_client");
    assertRefused(
        program().post("/oauth2/introspect", Map.of("token", token)), 401, "invalid_client");
  }

  @Test
  void introspection_byAClientWithoutTheRight_isRefused() {
    var shop = program().withBasic("shop", "shop-secret");

    assertRefused(shop.post("/oauth2/introspect", Map.of("token", "x")), 401, "invalid_client");
  }
}
