package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import io.gatehouse.users.Api.Answer;
import io.gatehouse.users.RunningService;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Accounts that a stranger made with somebody's address ("pre-hijacking"), and its owner comes by a
 * mail: what the stranger put there ends. docs/decisions/whose-account.md says when.
 */
class ClaimedAccountTest extends RunningService {
  private static final Pattern SECRET = Pattern.compile("\\?link=([A-Za-z0-9_-]{43})\n");
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void reset_ofAnAccountThatAStrangerMade_endsEverything() {
    var email = newEmail();
    var id = signedUp(email);

    reset(email);

    assertThat(ends(id)).isEqualTo("everything");
  }

  @Test
  void stranger_signedUp_andVerifiedByTheOwnersClick_isOutWithTheOwnersReset() {
    var email = newEmail();
    var id = signedUp(email);
    confirm(link(email, "/confirm?"), null).is(200);

    reset(email);

    assertThat(ends(id)).isEqualTo("everything");
  }

  @Test
  void stranger_whoMovedAnAccountToTheOwnersAddress_isOutWithTheOwnersReset() {
    var strangers = newEmail();
    var id = signedUp(strangers);
    confirm(link(strangers, "/confirm?"), id).is(200);
    var email = newEmail();
    asUser(id).put("/api/users/" + id, Map.of("email", email, "name", "N")).is(200);
    confirm(link(email, "/confirm?"), null).is(200);

    reset(email);

    assertThat(ends(id)).isEqualTo("everything");
  }

  @Test
  void adminsNewAddress_isNotProved_byTheProofOfTheOldOne() {
    var old = newEmail();
    var id = signedUp(old);
    reset(old);
    var email = newEmail();
    asAdmin().put("/api/users/" + id, Map.of("email", email, "name", "N")).is(200);

    reset(email);

    assertThat(ends(id)).isEqualTo("everything");
  }

  @Test
  void owner_keepsPasskeys_atTheNextReset() {
    var email = newEmail();
    var id = signedUp(email);
    reset(email);

    reset(email);

    assertThat(ends(id)).isEqualTo("sign-ins");
  }

  @Test
  void owner_whoFollowsTheLinkWhereSignedIn_keepsPasskeysAtAReset() {
    var email = newEmail();
    var id = signedUp(email);
    confirm(link(email, "/confirm?"), id).is(200);

    reset(email);

    assertThat(ends(id)).isEqualTo("sign-ins");
    tellSignIn(id, Instant.EPOCH.toString()).is(200);
  }

  @Test
  void link_followedWhereSomebodyElseIsSignedIn_provesTheAddressAlone() {
    var email = newEmail();
    var id = signedUp(email);
    confirm(link(email, "/confirm?"), signedUp()).is(200);

    reset(email);

    assertThat(asUser(id).get("/api/users/me").json().at("/emailVerified").asBoolean()).isTrue();
    assertThat(ends(id)).isEqualTo("everything");
  }

  @Test
  void passkey_addedBeforeTheClaim_signsNobodyIn_andMakesNoBrowserKnown() {
    var email = newEmail();
    var id = signedUp(email);
    tellSignIn(id, Instant.EPOCH.toString()).is(200);
    reset(email);
    var claimed = sql("select claimed_at from users where id = '" + id + "'").getFirst();
    var at = sql("select to_json('" + claimed + "'::timestamptz)#>>'{}'").getFirst();
    var known = browsers(id);

    tellSignIn(id, Instant.EPOCH.toString()).isError(404, "NOT_FOUND");
    tellSignIn(id, at).isError(404, "NOT_FOUND");

    assertThat(browsers(id)).isEqualTo(known);
    tellSignIn(id, Instant.now().plusSeconds(60).toString()).is(200);
    tellSignIn(id, "yesterday").isError(400, "MALFORMED_REQUEST");
  }

  /** Its token is good until everybody has heard of the end, within a second. */
  @Test
  void signIn_thatAResetEnded_movesTheAccountNoMore_andDeletesItNot() {
    var email = newEmail();
    var id = signedUp(email);
    var stranger = asUser(id);
    reset(email);

    stranger
        .put("/api/users/" + id, Map.of("email", newEmail(), "name", "N"))
        .isError(401, "UNAUTHENTICATED");
    stranger.delete("/api/users/" + id).isError(401, "UNAUTHENTICATED");

    asAdmin().get("/api/users/" + id).is(200);
    assertThat(sql("select pending_email is null from users where id = '" + id + "'"))
        .containsExactly("t");
    var owner = asUser(id);
    owner.put("/api/users/" + id, Map.of("email", newEmail(), "name", "N")).is(200);
    owner.delete("/api/users/" + id).is(204);
  }

  @Test
  void passkey_addedAfterAReset_byASignInThatItEnded_signsNobodyIn() {
    var email = newEmail();
    var id = signedUp(email);
    reset(email);
    var since = Instant.now().toString();
    var before = Instant.now().toString();
    reset(email);
    var after = Instant.now().toString();

    tellSignIn(id, since, after).isError(404, "NOT_FOUND");

    tellSignIn(id, since, before).is(200);
    tellSignIn(id, after, after).is(200);
  }

  @Test
  void deletion_endsPasskeysToo() {
    var id = signedUp();

    asUser(id).delete("/api/users/" + id).is(204);

    assertThat(ends(id)).isEqualTo("everything");
  }

  @Test
  void ownPassword_endsNoPasskey() {
    var id = signedUp();

    asUser(id)
        .put(
            "/api/users/" + id + "/password",
            Map.of("current", PASSWORD, "new", "a-new-battery-staple"))
        .is(204);

    assertThat(ends(id)).isEqualTo("sign-ins");
  }

  /** By the link of a mail, as its reader does. */
  private void reset(String email) {
    execute("delete from kept_mails where recipient = '" + email + "'");
    anyone().post("/api/users/password-reset", Map.of("email", email)).is(202);
    asService()
        .post(
            "/internal/password-resets",
            Map.of("link", link(email, "/reset?"), "password", "a-new-battery-staple"))
        .is(204);
  }

  private Answer confirm(String link, String signedIn) {
    var headers = signedIn == null ? new String[0] : new String[] {"Gatehouse-Signed-In", signedIn};
    return asService()
        .send(
            "POST",
            "/internal/address-confirmations",
            Api.JSON.writeValueAsString(Map.of("link", link)),
            headers);
  }

  private Answer tellSignIn(String id, String passkeySince) {
    return tellSignIn(id, passkeySince, passkeySince);
  }

  private Answer tellSignIn(String id, String passkeySince, String passkeyAdded) {
    return asService()
        .send(
            "POST",
            "/internal/users/" + id + "/sign-ins",
            "{}",
            "Gatehouse-Passkey-Since",
            passkeySince,
            "Gatehouse-Passkey-Added",
            passkeyAdded,
            "Gatehouse-New-Browser",
            "%s%07d".formatted(UUID.randomUUID(), 0));
  }

  private static String ends(String id) {
    return sql("select ends from revocations where user_id = '" + id + "' order by at").getLast();
  }

  private static String browsers(String id) {
    return sql("select count(*) from known_browsers where user_id = '" + id + "'").getFirst();
  }

  /** The secret of the newest link to a page that an address was sent. */
  private static String link(String email, String page) {
    var texts = "select text from kept_mails where recipient = '" + email + "' and position('";
    return await()
        .atMost(SOON)
        .until(
            () ->
                sql(texts + page + "' in text) > 0 order by id desc limit 1").stream()
                    .map(SECRET::matcher)
                    .filter(java.util.regex.Matcher::find)
                    .map(found -> found.group(1))
                    .findFirst()
                    .orElse(""),
            found -> !found.isEmpty());
  }
}
