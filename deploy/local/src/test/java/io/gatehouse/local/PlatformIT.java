package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The whole platform as it came up: every route, the journey, and what the command line says. */
@ExtendWith(SharedPlatform.class)
@Order(1)
class PlatformIT {
  private final RunningPlatform platform;
  private final PublicApi api;

  PlatformIT(RunningPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void firstRequest_succeeds_onEveryRoute() {
    assertThat(api.get("/.well-known/openid-configuration", null).status()).isEqualTo(200);
    assertThat(api.get("/oauth2/jwks", null).status()).isEqualTo(200);
    var person = Map.of("email", email(), "name", "A", "password", "a-long-enough-one");
    assertThat(api.post("/api/users", null, person).status()).isEqualTo(201);
    var token = platform.serviceToken();
    assertThat(api.get("/api/orders", token).status()).isEqualTo(200);
    assertThat(api.get("/api/users", token).status()).isEqualTo(200);
    var query = Map.of("query", "{ orders(limit: 1) { next } }");
    assertThat(api.post("/graphql", token, query).json().path("errors").isMissingNode()).isTrue();
    assertThat(api.get("/openapi.json", null).status()).isEqualTo(200);
    assertThat(api.get("/health", null).status()).isEqualTo(200);
  }

  @Test
  void journey_passes_throughThePublicUrlOnly() {
    var check = platform.gatehouse("check").succeeded();
    assertThat(check.output()).contains("All steps passed.").doesNotContain("FAIL");
  }

  @Test
  void token_isIssued_toAPerson() {
    var token =
        platform.gatehouse("token", "--user", "ada@example.com").succeeded().output().strip();
    assertThat(api.get("/api/users/me", token).json().path("email").asString())
        .isEqualTo("ada@example.com");
  }

  @Test
  void up_saysThatItRuns_whenItDoes() {
    assertThat(platform.up().output()).contains("already runs");
    assertThat(platform.gatehouse("status").succeeded().output())
        .contains(
            List.of("postgresql", "redis", "discovery", "auth-server", "order-service", "gateway"));
  }

  private static String email() {
    return UUID.randomUUID() + "@example.com";
  }
}
