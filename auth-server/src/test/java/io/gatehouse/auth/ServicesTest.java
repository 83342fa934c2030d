package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What programs ask: client credentials, introspection, revocation, userinfo, discovery. */
class ServicesTest extends AuthServerTest {
  private static final Map<String, String> CLIENT_CREDENTIALS =
      Map.of("grant_type", "client_credentials");

  private Browser demo() {
    return program().withBasic("demo-service", "demo-secret");
  }

  @Test
  void clientCredentials_giveAServiceToken() {
    var answer = demo().post("/oauth2/token", CLIENT_CREDENTIALS);

    var tokens = Tokens.of(answer);
    assertThat(tokens.refresh()).isEmpty();
    assertThat(claims(tokens.access()))
        .containsEntry("sub", "demo-service")
        .containsEntry("client_id", "demo-service")
        .containsEntry("aud", List.of("gatehouse"))
        .containsEntry("roles", List.of("SERVICE"))
        .doesNotContainKey("sid");
    assertThat(String.valueOf(claims(tokens.access()).get("scope")).split(" ", -1))
        .containsExactlyInAnyOrder("users.read", "users.write", "orders.read", "orders.write");
  }

  @Test
  void clientCredentials_inTheBody_andForOneScope_giveThatScope() {
    var answer =
        program()
            .post(
                "/oauth2/token",
                Map.of(
                    "grant_type",
                    "client_credentials",
                    "client_id",
                    "demo-service",
                    "client_secret",
                    "demo-secret",
                    "scope",
                    "orders.read"));

    assertThat(claims(Tokens.of(answer).access())).containsEntry("scope", "orders.read");
  }

  @Test
  void clientCredentials_ofOrderService_areInternal() {
    var answer =
        program()
            .withBasic("order-service", "order-secret")
            .post("/oauth2/token", CLIENT_CREDENTIALS);

    assertThat(claims(Tokens.of(answer).access())).containsEntry("scope", "internal");
  }

  @Test
  void clientCredentials_beyondTheClientsScopes_areInvalidScope() {
    assertRefused(
        demo()
            .post("/oauth2/token", Map.of("grant_type", "client_credentials", "scope", "internal")),
        400,
        "invalid_scope");
  }

  @Test
  void clientCredentials_withAWrongSecret_areInvalidClient() {
    var answer =
        program().withBasic("demo-service", "wrong").post("/oauth2/token", CLIENT_CREDENTIALS);

    assertRefused(answer, 401, "invalid_client");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).isPresent();
  }

  @Test
  void clientCredentials_ofAPublicClient_areUnauthorizedClient() {
    assertRefused(
        token(Map.of("grant_type", "client_credentials", "client_id", "console")),
        400,
        "unauthorized_client");
  }

  @Test
  void confidentialClient_withoutItsSecret_isInvalidClient() {
    assertRefused(
        token(Map.of("grant_type", "client_credentials", "client_id", "demo-service")),
        401,
        "invalid_client");
  }

  @Test
  void passwordGrant_doesNotExist() {
    assertRefused(
        demo()
            .post(
                "/oauth2/token",
                Map.of("grant_type", "password", "username", "a@example.com", "password", "x")),
        400,
        "unsupported_grant_type");
  }

  @Test
  void tokenRequest_withoutAnything_isInvalidClient() {
    assertRefused(token(Map.of()), 401, "invalid_client");
  }

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

  @Test
  void revocation_ofARefreshToken_endsTheFamily() {
    var tokens = tokens(USERS.account("USER"));

    var answer =
        program().post("/oauth2/revoke", Map.of("token", tokens.refresh(), "client_id", "console"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void revocation_ofAnAccessToken_endsThatTokenAlone() {
    var tokens = tokens(USERS.account("USER"));

    var answer =
        program().post("/oauth2/revoke", Map.of("token", tokens.access(), "client_id", "console"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("jti", String.valueOf(claims(tokens.access()).get("jti")))).isTrue();
    assertThat(isActive(Tokens.of(refresh(tokens.refresh())).access())).isTrue();
  }

  @Test
  void revocation_ofAServicesOwnToken_endsIt() {
    var token = Tokens.of(demo().post("/oauth2/token", CLIENT_CREDENTIALS)).access();

    assertThat(demo().post("/oauth2/revoke", Map.of("token", token)).statusCode()).isEqualTo(200);

    assertThat(isActive(token)).isFalse();
  }

  @Test
  void revocation_byAnotherClient_isRefusedAndHarmless() {
    var tokens = tokens(USERS.account("USER"));

    for (var token : List.of(tokens.refresh(), tokens.access())) {
      assertRefused(
          program().post("/oauth2/revoke", Map.of("token", token, "client_id", "cli")),
          400,
          "invalid_grant");
    }

    assertThat(isActive(tokens.access())).isTrue();
  }

  @Test
  void revocation_ofNonsense_isAnsweredAsDone() {
    var answer =
        program().post("/oauth2/revoke", Map.of("token", "nonsense", "client_id", "console"));

    assertThat(answer.statusCode()).isEqualTo(200);
  }

  @Test
  void userinfo_tellsWhatTheScopesAllow() {
    var ada = USERS.account("USER");
    var tokens = tokens(ada);

    var answer = program().with("Authorization", "Bearer " + tokens.access()).get("/userinfo");

    assertThat(answer.statusCode()).isEqualTo(200);
    var body = JSON.readTree(answer.body());
    assertThat(body.path("sub").asString("")).isEqualTo(ada.id());
    assertThat(body.path("name").asString("")).isEqualTo("Ada <b>Lovelace</b>");
    assertThat(body.has("email")).isFalse();
  }

  @Test
  void userinfo_withoutAToken_orWithTheIdToken_orARevokedOne_is401() {
    var tokens = tokens(USERS.account("USER"));
    assertUnauthenticated(program());
    assertUnauthenticated(program().with("Authorization", "Bearer " + tokens.id()));
    assertThat(program().get("/userinfo?access_token=" + tokens.access()).statusCode())
        .isEqualTo(401);

    program().post("/oauth2/revoke", Map.of("token", tokens.refresh(), "client_id", "console"));

    assertUnauthenticated(program().with("Authorization", "Bearer " + tokens.access()));
  }

  @Test
  void userinfo_withoutOpenid_is403() {
    var token = Tokens.of(demo().post("/oauth2/token", CLIENT_CREDENTIALS)).access();

    var answer = program().with("Authorization", "Bearer " + token).get("/userinfo");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .contains("insufficient_scope");
  }

  private static void assertUnauthenticated(Browser caller) {
    var answer = caller.get("/userinfo");
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("UNAUTHENTICATED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"})
  void discovery_namesOnlyWhatThereIs_belowThePublicUrl(String path) {
    var document =
        JSON.readTree(program().with("X-Forwarded-Host", "evil.example").get(path).body());

    assertThat(document.path("issuer").asString("")).isEqualTo(PUBLIC_URL);
    document
        .properties()
        .forEach(
            property -> {
              if (property.getKey().endsWith("_endpoint") || property.getKey().endsWith("_uri")) {
                assertThat(property.getValue().asString("")).startsWith(PUBLIC_URL + "/");
              }
            });
    assertThat(document.path("code_challenge_methods_supported").toString())
        .isEqualTo("[\"S256\"]");
    assertThat(document.path("response_types_supported").toString()).isEqualTo("[\"code\"]");
    assertThat(document.path("grant_types_supported").toString())
        .isEqualTo(
            "[\"authorization_code\",\"refresh_token\",\"client_credentials\","
                + "\"urn:ietf:params:oauth:grant-type:device_code\"]");
    assertThat(document.path("device_authorization_endpoint").asString("")).isNotEmpty();
    assertThat(document.path("token_endpoint_auth_methods_supported").toString()).contains("none");
    assertThat(document.has("dpop_signing_alg_values_supported")).isFalse();
  }

  @Test
  void jwks_holdPublicPartsOnly() {
    var keys = JSON.readTree(program().get("/oauth2/jwks").body()).path("keys");

    assertThat(keys.isEmpty()).isFalse();
    keys.forEach(
        key ->
            assertThat(key.propertyNames())
                .containsExactlyInAnyOrder("kty", "e", "use", "kid", "alg", "n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth2/token",
        "/oauth2/revoke",
        "/oauth2/introspect",
        "/oauth2/device_authorization"
      })
  void postOnlyEndpoints_refuseOtherMethods(String path) {
    var answer = program().get(path);

    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("POST");
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("METHOD_NOT_ALLOWED");
  }
}
