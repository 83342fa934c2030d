package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A code becomes tokens once, for whom it was given to. */
class CodeRedemptionTest extends AuthServerTest {

  @Test
  void redemption_withAWrongVerifier_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("code_verifier", VERIFIER + "x");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_withTheChallengeAsVerifier_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("code_verifier", challenge(VERIFIER));

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_withoutVerifier_isRefused() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.remove("code_verifier");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_withAnotherRedirectUri_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("redirect_uri", "http://127.0.0.1/callback");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_byAnotherClient_isInvalidGrant() {
    var form = redemption(code(signedIn(USERS.account("USER"))));
    form.put("client_id", "cli");

    assertRefused(token(form), 400, "invalid_grant");
  }

  @Test
  void redemption_ofAnUnknownCode_isInvalidGrant() {
    assertRefused(redeem("unknown"), 400, "invalid_grant");
  }

  @Test
  void redemption_aSecondTime_isInvalidGrantAndEndsWhatTheCodeGave() {
    var code = code(signedIn(USERS.account("USER")));
    var tokens = Tokens.of(redeem(code));
    assertThat(isActive(tokens.access())).isTrue();

    assertRefused(redeem(code), 400, "invalid_grant");

    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void redemption_inParallel_succeedsExactlyOnce() {
    var code = code(signedIn(USERS.account("USER")));

    var answers = Parallel.run(25, () -> redeem(code));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() != 200)
        .hasSize(24)
        .allSatisfy(answer -> assertRefused(answer, 400, "invalid_grant"));
  }

  @Test
  void redemption_whenUserServiceIsDown_isTemporarilyUnavailableAndSpendsNothing() {
    var ada = USERS.account("USER");
    var code = code(signedIn(ada));
    USERS.fail();

    assertRefused(redeem(code), 503, "temporarily_unavailable");

    USERS.reset();
    USERS.setRoles(ada, "USER");
    assertThat(redeem(code).statusCode()).isEqualTo(200);
  }
}
