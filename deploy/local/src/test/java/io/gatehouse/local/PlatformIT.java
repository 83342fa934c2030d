package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.journey.PublicApi;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

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
  void forgottenPassword_isSetByTheLinkThatMailsPrints() {
    var email = email();
    var person = Map.of("email", email, "name", "A", "password", "a-long-enough-one");
    api.post("/api/users", null, person);
    assertThat(api.post("/api/users/password-reset", null, Map.of("email", email)).status())
        .isEqualTo(202);

    var mails = awaitMail(email);

    assertThat(mails.lines().filter(line -> line.contains("/reset?")))
        .anyMatch(line -> line.matches(platform.url() + "/reset\\?link=[A-Za-z0-9_-]{43}"));
  }

  private String awaitMail(String email) {
    return org.awaitility.Awaitility.await()
        .atMost(java.time.Duration.ofSeconds(60))
        .until(
            () -> platform.gatehouse("mails").succeeded().output(),
            output -> output.contains("To: " + email) && output.contains("/reset?link="));
  }

  @Test
  void up_saysThatItRuns_whenItDoes() {
    assertThat(platform.up().output()).contains("already runs");
    assertThat(platform.gatehouse("status").succeeded().output())
        .contains(
            List.of("postgresql", "redis", "discovery", "auth-server", "order-service", "gateway"));
  }

  @Test
  void failedUp_leavesTheRunningPlatformKnown(@TempDir Path elsewhere) {
    var port = String.valueOf(platform.url().getPort());
    for (var options : List.of(List.of("--data", elsewhere.toString()), List.<String>of())) {
      var command = new ArrayList<>(List.of("up", "--detach", "--port", port));
      command.addAll(options);
      var up = CommandLineRun.of(Map.of(), command);
      assertThat(up.exitCode()).isEqualTo(1);
      assertThat(up.output().strip())
          .startsWith("Port " + port + " is in use by the Gatehouse that runs from ")
          .hasLineCount(1);

      var status = CommandLineRun.of(Map.of(), List.of("status")).succeeded();
      assertThat(status.output()).contains("Gatehouse at " + platform.url());
    }
  }

  @Test
  void failedUp_changesNothing_whenWhatItAddedDied() {
    var spoilt = Map.of("GATEHOUSE_DRAIN", "a while");
    var port = String.valueOf(platform.url().getPort());
    var up =
        platform.gatehouse(spoilt, "up", "--detach", "--port", port, "--scale", "user-service=2");
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output())
        .contains("user-service-2 ended before it was ready", "gatehouse.drain")
        .doesNotContain("\tat ");

    var status = platform.gatehouse("status").succeeded();
    assertThat(status.output()).doesNotContain("user-service-2", "DIED");
  }

  private static String email() {
    return UUID.randomUUID() + "@example.com";
  }
}
