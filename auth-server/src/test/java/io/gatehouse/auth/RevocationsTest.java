package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The set that gateways poll, and what reaches it from user-service. */
class RevocationsTest extends AuthServerTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @Test
  void set_isForTheGatewayOnly() {
    assertThat(program().get("/internal/revocations").statusCode()).isEqualTo(401);
    assertThat(program().withBasic("gateway", "wrong").get("/internal/revocations").statusCode())
        .isEqualTo(401);
    assertThat(
            program()
                .withBasic("demo-service", "demo-secret")
                .get("/internal/revocations")
                .statusCode())
        .isEqualTo(401);
  }

  @Test
  void set_sinceATime_holdsWhatWasAddedThen() {
    var before = tokens(USERS.account("USER"));
    revoke(before);
    var asOf = revocations().path("asOf").asString("");
    var after = tokens(USERS.account("USER"));
    revoke(after);

    var answer =
        program().withBasic("gateway", "gateway-secret").get("/internal/revocations?since=" + asOf);

    assertThat(answer.body()).contains(after.sid()).doesNotContain(before.sid());
    var entry = JSON.readTree(answer.body()).path("entries").path(0);
    assertThat(entry.path("kind").asString("")).isEqualTo("sid");
    assertThat(Instant.parse(entry.path("until").asString("")))
        .isBetween(Instant.now().plusSeconds(900), Instant.now().plusSeconds(1000));
  }

  @Test
  void set_sinceNoTime_isAValidationError() {
    var answer =
        program().withBasic("gateway", "gateway-secret").get("/internal/revocations?since=soon");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).at("/error/details/0/field").asString(""))
        .isEqualTo("since");
  }

  @Test
  void passwordChange_endsOtherSignInsAndBrowsers_andKeepsTheOneThatDidIt() {
    var ada = USERS.account("USER");
    var browser = signedIn(ada);
    var other = Tokens.of(redeem(code(browser)));
    var own = Tokens.of(redeem(code(browser)));

    USERS.revoke(ada, Instant.now(), own.sid());

    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));
    assertThat(isActive(other.access())).isFalse();
    assertThat(isActive(own.access())).isTrue();
    assertRefused(refresh(other.refresh()), 400, "invalid_grant");
    assertThat(refresh(own.refresh()).statusCode()).isEqualTo(200);
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(Browser.location(browser.get(authorize(authorizationRequest()))))
                    .isEqualTo(PUBLIC_URL + "/login"));
  }

  @Test
  void signIn_afterAPasswordChange_isNotHit() {
    var ada = USERS.account("USER");
    USERS.revoke(ada, Instant.now(), "");
    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));

    var tokens = tokens(ada);

    assertThat(isActive(tokens.access())).isTrue();
    assertThat(refresh(tokens.refresh()).statusCode()).isEqualTo(200);
  }

  @Test
  void codeOfAnOldSignIn_isWorthlessAfterAPasswordChange() {
    var ada = USERS.account("USER");
    var code = code(signedIn(ada));

    USERS.revoke(ada, Instant.now(), "");
    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));

    assertRefused(redeem(code), 400, "invalid_grant");
  }

  @Test
  void userServicesAbsence_isSurvived() {
    USERS.fail();
    await()
        .atMost(SOON)
        .until(
            () ->
                USERS.server.getAllServeEvents().stream()
                    .anyMatch(
                        event ->
                            event.getRequest().getUrl().startsWith("/internal/revocations")
                                && event.getResponse().getStatus() == 503));
    USERS.reset();
    var ada = USERS.account("USER");
    USERS.revoke(ada, Instant.now(), "");

    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));
  }

  private void revoke(Tokens tokens) {
    program().post("/oauth2/revoke", Map.of("token", tokens.refresh(), "client_id", "console"));
  }
}
