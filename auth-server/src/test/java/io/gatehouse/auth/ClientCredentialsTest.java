package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens for programs, and what programs are refused. */
class ClientCredentialsTest extends AuthServerTest {

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "password",
        "nonsense"
      })
  void grantsThatWeDoNotHave_areUnsupported_forAClientThatIsWhoItSays(String grant) {
    var form =
        Map.of(
            "grant_type",
            grant,
            "subject_token",
            "a-token",
            "subject_token_type",
            "urn:ietf:params:oauth:token-type:access_token",
            "assertion",
            "an-assertion");

    assertRefused(demo().post("/oauth2/token", form), 400, "unsupported_grant_type");
    var stranger = program().withBasic("demo-service", "wrong");
    assertRefused(stranger.post("/oauth2/token", form), 401, "invalid_client");
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
}
