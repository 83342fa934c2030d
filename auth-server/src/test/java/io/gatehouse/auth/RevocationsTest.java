package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.auth.StandInUsers.Account;
import io.gatehouse.auth.users.SignInIds;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The set that gateways poll, and what reaches it from user-service. */
class RevocationsTest extends AuthServerTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @Autowired Housekeeping housekeeping;

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
                    .startsWith(PUBLIC_URL + "/login?continue="));
  }

  @Test
  void changeOfRoles_endsTokens_andNotTheSignIn() {
    var ada = USERS.account("ADMIN");
    var browser = signedIn(ada);
    var admin = Tokens.of(redeem(code(browser)));
    assertThat(claims(admin.access())).containsEntry("roles", List.of("ADMIN"));

    USERS.changeRoles(ada, Instant.now(), "USER");

    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));
    assertThat(isActive(admin.access())).isFalse();
    var entry =
        revocations()
            .path("entries")
            .valueStream()
            .filter(each -> each.path("value").asString("").equals(ada.id()))
            .findFirst()
            .orElseThrow();
    assertThat(entry.path("ends").asString("")).isEqualTo("tokens");
    var renewed = Tokens.of(refresh(admin.refresh()));
    assertThat(claims(renewed.access())).containsEntry("roles", List.of("USER"));
    assertThat(isActive(renewed.access())).isTrue();
    assertThat(code(browser)).isNotEmpty();
  }

  @Test
  void token_saysWhenItWasMade_fromBeforeItsRolesWereRead() {
    var before = Instant.now().minusMillis(1);
    var token = tokens(USERS.account("USER")).access();

    var id = UUID.fromString(String.valueOf(claims(token).get("jti")));
    assertThat(id.version()).isEqualTo(7);
    assertThat(SignInIds.timeOf(id)).isBetween(before, Instant.now());
  }

  @Test
  void ending_cutShortByACrash_isTakenUpAgain() {
    var ada = USERS.account("USER");
    var browser = signedIn(ada);
    var tokens = Tokens.of(redeem(code(browser)));
    var at = Instant.now();
    // What a crash leaves between the entry and the rest.
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until)
            values ('sub', :user, :at, now() + interval '16 min')
            """)
        .param("user", ada.id())
        .param("at", Timestamp.from(at))
        .update();

    USERS.revoke(ada, at, "");

    await().atMost(SOON).until(() -> sessionsOf(ada) == 0);
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void ending_foundWhenItsTokensHaveExpired_endsTheSignInsStill() {
    var ada = USERS.account("USER");
    var tokens = Tokens.of(redeem(code(signedIn(ada))));

    USERS.revokeLongAgo(ada, Instant.now().minusMillis(1));

    await().atMost(SOON).until(() -> sessionsOf(ada) == 0);
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  /** As one that slipped in beside the entry, or that a crash left between the two. */
  @Test
  void family_thatAnEntryHits_isRenewedNoMore_thoughItIsThereStill() {
    var ada = USERS.account("USER");
    var tokens = tokens(ada);
    jdbc.sql(
            """
            insert into revocation (kind, value, at, until)
            values ('sub', :user, now(), now() + interval '16 min')
            """)
        .param("user", ada.id())
        .update();

    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void checkpoint_isKept_soThatARestartMissesNothing() {
    await()
        .atMost(SOON)
        .until(
            () ->
                jdbc.sql("select count(*) from followed where source = 'user-service'")
                        .query(Integer.class)
                        .single()
                    == 1);
  }

  @Test
  void session_storedAfterItsSignInEnded_isWorthNothing() {
    var ada = USERS.account("USER");
    // As if the password changed while this sign-in was under way.
    USERS.revoke(ada, Instant.now().plusSeconds(3600), "");
    await().atMost(SOON).until(() -> isRevoked("sub", ada.id()));
    var used = signedIn(ada);
    signedIn(ada);

    assertThat(Browser.location(used.get(authorize(authorizationRequest()))))
        .startsWith(PUBLIC_URL + "/login");
    assertThat(sessionsOf(ada)).isEqualTo(1);

    // The other is never used: it goes with the entry.
    jdbc.sql("update revocation set until = now() - interval '1 s' where value = :user")
        .param("user", ada.id())
        .update();
    housekeeping.removeExpired();
    assertThat(sessionsOf(ada)).isZero();
  }

  private int sessionsOf(Account account) {
    return jdbc.sql("select count(*) from spring_session where principal_name = :user")
        .param("user", account.id())
        .query(Integer.class)
        .single();
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
