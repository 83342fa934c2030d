package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Refresh tokens: they rotate, and an old one is taken for stolen. */
class RefreshTest extends AuthServerTest {

  @Test
  void refresh_givesNewTokensOfTheSameFamily() {
    var first = tokens(USERS.account("USER"));

    var second = Tokens.of(refresh(first.refresh()));

    assertThat(second.refresh()).isNotEqualTo(first.refresh());
    assertThat(claims(second.access()))
        .containsEntry("sid", first.sid())
        .containsEntry("sub", claims(first.access()).get("sub"))
        .containsEntry("scope", claims(first.access()).get("scope"));
    assertThat(claims(second.access()).get("jti")).isNotEqualTo(claims(first.access()).get("jti"));
    assertThat(claims(second.id()))
        .containsEntry("sid", first.sid())
        .containsEntry("auth_time", claims(first.id()).get("auth_time"));
    assertThat(Tokens.of(refresh(second.refresh())).sid()).isEqualTo(first.sid());
  }

  @Test
  void refresh_readsTheRolesAnew() {
    var ada = USERS.account("USER");
    var first = tokens(ada);
    USERS.setRoles(ada, "USER", "ADMIN");

    var second = Tokens.of(refresh(first.refresh()));

    assertThat(claims(second.access())).containsEntry("roles", List.of("USER", "ADMIN"));
  }

  @Test
  void refresh_ofADeletedUser_isInvalidGrant() {
    var ada = USERS.account("USER");
    var tokens = tokens(ada);
    USERS.delete(ada);

    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void refresh_whenUserServiceIsDown_isTemporarilyUnavailableAndSpendsNothing() {
    var ada = USERS.account("USER");
    var tokens = tokens(ada);
    USERS.fail();

    var answer = refresh(tokens.refresh());
    assertRefused(answer, 503, "temporarily_unavailable");
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();

    USERS.reset();
    USERS.setRoles(ada, "USER");
    assertThat(refresh(tokens.refresh()).statusCode()).isEqualTo(200);
  }

  @Test
  void refresh_withASpentToken_endsTheFamilyAndItsSuccessors() {
    var first = tokens(USERS.account("USER"));
    var second = Tokens.of(refresh(first.refresh()));
    assertThat(isActive(second.access())).isTrue();

    assertRefused(refresh(first.refresh()), 400, "invalid_grant");

    assertRefused(refresh(second.refresh()), 400, "invalid_grant");
    assertThat(isActive(first.access())).isFalse();
    assertThat(isActive(second.access())).isFalse();
    assertThat(isRevoked("sid", first.sid())).isTrue();
  }

  @Test
  void refresh_inParallel_succeedsExactlyOnceAndThenTheFamilyIsOver() {
    var tokens = tokens(USERS.account("USER"));

    var answers = Parallel.run(25, () -> refresh(tokens.refresh()));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.statusCode() != 200)
        .hasSize(24)
        .allSatisfy(answer -> assertRefused(answer, 400, "invalid_grant"));
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
  }

  @Test
  void refresh_byAnotherClient_isInvalidGrantAndHarmless() {
    var tokens = tokens(USERS.account("USER"));

    var stolen =
        token(
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                "cli",
                "refresh_token",
                tokens.refresh()));

    assertRefused(stolen, 400, "invalid_grant");
    assertThat(refresh(tokens.refresh()).statusCode()).isEqualTo(200);
  }

  @Test
  void refresh_withASpentTokenOfAnotherClient_isInvalidGrantAndHarmless() {
    var spent = tokens(USERS.account("USER"));
    var current = Tokens.of(refresh(spent.refresh()));

    var answer =
        token(
            Map.of(
                "grant_type",
                "refresh_token",
                "refresh_token",
                spent.refresh(),
                "client_id",
                "cli"));

    assertRefused(answer, 400, "invalid_grant");
    assertThat(isActive(current.access())).isTrue();
  }

  @Test
  void refresh_beyondWhatWasGranted_isInvalidScope() {
    var tokens = tokens(USERS.account("USER"));

    var more =
        token(
            Map.of(
                "grant_type",
                "refresh_token",
                "client_id",
                "console",
                "refresh_token",
                tokens.refresh(),
                "scope",
                "openid orders.write"));

    assertRefused(more, 400, "invalid_scope");
  }

  @Test
  void refresh_forLess_givesLess() {
    var tokens = tokens(USERS.account("USER"));

    var less =
        Tokens.of(
            token(
                Map.of(
                    "grant_type",
                    "refresh_token",
                    "client_id",
                    "console",
                    "refresh_token",
                    tokens.refresh(),
                    "scope",
                    "orders.read")));

    assertThat(claims(less.access())).containsEntry("scope", "orders.read");
  }

  @Test
  void refresh_withAForgedToken_isInvalidGrantAndHarmless() {
    var tokens = tokens(USERS.account("USER"));
    var forged = (tokens.refresh().startsWith("A") ? "B" : "A") + tokens.refresh().substring(1);

    assertRefused(refresh(forged), 400, "invalid_grant");
    assertRefused(refresh("not/base64"), 400, "invalid_grant");
    assertThat(refresh(tokens.refresh()).statusCode()).isEqualTo(200);
  }

  @Test
  void refresh_withAnAccessToken_isInvalidGrant() {
    assertRefused(refresh(tokens(USERS.account("USER")).access()), 400, "invalid_grant");
  }

  @Test
  void database_holdsNoTokenInTheClear() {
    var browser = signedIn(USERS.account("USER"));
    var code = code(browser);
    var tokens = Tokens.of(redeem(code));

    var rows =
        String.join(
            "\n", jdbc.sql("select f::text from token_family f").query(String.class).list());

    assertThat(rows).contains(tokens.sid()).doesNotContain(code).doesNotContain(tokens.refresh());
  }
}
