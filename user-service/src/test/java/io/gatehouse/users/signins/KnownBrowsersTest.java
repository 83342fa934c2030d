package io.gatehouse.users.signins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import io.gatehouse.users.Api.Answer;
import io.gatehouse.users.RunningService;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Browsers that somebody signed in with: strangers lock nobody out of them, and others are told.
 */
class KnownBrowsersTest extends RunningService {
  private static final String PATH = "/internal/credentials/verification";
  private static final String WRONG = PASSWORD + "x";

  private int browsers;

  @Test
  void owner_getsInFromAKnownBrowser_whileStrangersHaveLockedTheAddress() {
    var email = newEmail();
    signedUp(email);
    var known = signIn(email, null);
    for (var i = 0; i < 10; i++) {
      verify(email, WRONG, null).isError(401, "WRONG_CREDENTIALS");
    }

    verify(email, PASSWORD, null).isError(401, "WRONG_CREDENTIALS");
    verify(email, PASSWORD, newBrowser()).isError(401, "WRONG_CREDENTIALS");
    verify(email, PASSWORD, known).is(200);
    verify(email, PASSWORD, null).isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void owner_getsInByAPasskey_whileStrangersHaveLockedTheAddress_andTheyStayLockedOut() {
    var email = newEmail();
    var id = signedUp(email);
    for (var i = 0; i < 10; i++) {
      verify(email, WRONG, null).isError(401, "WRONG_CREDENTIALS");
    }
    verify(email, PASSWORD, newBrowser()).isError(401, "WRONG_CREDENTIALS");
    var strangers = failures(email);

    var own = newBrowser();
    signInTo(id, null, own).is(200);

    assertThat(failures(email)).isEqualTo(strangers).hasSize(1);
    verify(email, PASSWORD, null).isError(401, "WRONG_CREDENTIALS");
    verify(email, PASSWORD, newBrowser()).isError(401, "WRONG_CREDENTIALS");
    verify(email, PASSWORD, own).is(200);
    verify(email, PASSWORD, null).isError(401, "WRONG_CREDENTIALS");
  }

  /** Or whoever guesses waits for the owner, and begins anew with each use of the passkey. */
  @Test
  void passkey_takesNoFailureBack_ofStrangersWhoAreSlowedDown() {
    var email = newEmail();
    var id = signedUp(email);
    for (var i = 0; i < 9; i++) {
      verify(email, WRONG, null).isError(401, "WRONG_CREDENTIALS");
    }

    signInTo(id, null, newBrowser()).is(200);

    verify(email, WRONG, null).isError(401, "WRONG_CREDENTIALS");
    verify(email, PASSWORD, null).isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void guessesFromAKnownBrowser_lockThatOneAlone() {
    var email = newEmail();
    signedUp(email);
    var stolen = signIn(email, null);
    var other = signIn(email, null);
    for (var i = 0; i < 10; i++) {
      verify(email, WRONG, stolen).isError(401, "WRONG_CREDENTIALS");
    }

    verify(email, PASSWORD, stolen).isError(401, "WRONG_CREDENTIALS");
    verify(email, PASSWORD, other).is(200);
    verify(email, PASSWORD, null).is(200);
  }

  @Test
  void browser_isKnownToWhoSignedInWithIt_andToNobodyElse() {
    var email = newEmail();
    signedUp(email);
    lock(email);
    var mine = newEmail();
    signedUp(mine);
    var stranger = signIn(mine, null);

    verify(email, PASSWORD, stranger).isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void browser_isKnownNoLonger_onceThePasswordIsAnother() {
    var email = newEmail();
    var id = signedUp(email);
    var known = signIn(email, null);
    var fresh = "a-new-battery-staple";
    asUser(id)
        .put("/api/users/" + id + "/password", Map.of("current", PASSWORD, "new", fresh))
        .is(204);
    lock(email);

    verify(email, fresh, known).isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void secretThatWasPlanted_isReplaced_forAllWhoShareTheBrowser() {
    var first = newEmail();
    signedUp(first);
    var second = newEmail();
    signedUp(second);
    var planted = signIn(first, null);

    var fresh = signIn(second, planted);

    for (var email : List.of(first, second)) {
      assertThat(isNew(verify(email, PASSWORD, fresh).is(200))).isFalse();
      assertThat(isNew(verify(email, PASSWORD, planted).is(200))).isTrue();
    }
  }

  @Test
  void unknownBrowser_mailsTheOwner_butTheFirstAndAKnownOneDoNot() {
    var email = newEmail();
    signedUp(email);
    var known = signIn(email, null);
    assertThat(isNew(verify(email, PASSWORD, known).is(200))).isFalse();
    awaitSent(email);
    assertThat(notices(email)).isEmpty();

    signIn(email, newBrowser());

    awaitSent(email);
    assertThat(notices(email)).hasSize(1);
    assertThat(notices(email).getFirst())
        .containsPattern("before: \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC, 192\\.0\\.2\\.1\\.\n")
        .contains("\nhttp://localhost:8080/forgot\n");
  }

  @Test
  void signInWithoutAPassword_isNotedTheSame() {
    var email = newEmail();
    var id = signedUp(email);
    var known = newBrowser();
    var first = signInTo(id, null, known).is(200);
    assertThat(isNew(first)).isTrue();
    assertThat(first.text("/email")).isEqualTo(email);

    assertThat(isNew(signInTo(id, known, newBrowser()).is(200))).isFalse();
    signInTo(id, null, newBrowser()).is(200);

    await().until(() -> notices(email).size() == 1);
    assertThat(isNew(verify(email, PASSWORD, known).is(200))).isFalse();
  }

  @Test
  void signInWithoutAPassword_isToldByTheIssuerAlone_ofSomebody() {
    var id = signedUp();

    signInTo(UUID.randomUUID().toString(), null, newBrowser()).isError(404, "NOT_FOUND");
    signInTo(id, "no digest", newBrowser()).isError(400, "MALFORMED_REQUEST");
    var path = "/internal/users/" + id + "/sign-ins";
    anyone().post(path, Map.of()).isError(401, "UNAUTHENTICATED");
    asAdmin().post(path, Map.of()).isError(403, "FORBIDDEN");
  }

  @Test
  void user_hasTheTwentyNewestBrowsers() {
    var email = newEmail();
    var id = signedUp(email);
    var oldest = signIn(email, null);
    for (var i = 0; i < 20; i++) {
      signIn(email, null);
    }

    assertThat(sql("select count(*) from known_browsers where user_id = '" + id + "'"))
        .containsExactly("20");
    assertThat(isNew(verify(email, PASSWORD, oldest).is(200))).isTrue();
  }

  @Test
  void strangers_keepNobodyFromChangingAPassword() {
    var email = newEmail();
    var id = signedUp(email);
    lock(email);

    asUser(id)
        .put(
            "/api/users/" + id + "/password",
            Map.of("current", PASSWORD, "new", "a-new-battery-staple"))
        .is(204);
  }

  /** Signs in with a browser that has the given secret; gives the one that it has then. */
  private String signIn(String email, @Nullable String browser) {
    var fresh = newBrowser();
    return isNew(verify(email, PASSWORD, browser, fresh).is(200)) || browser == null
        ? fresh
        : browser;
  }

  private Answer verify(String email, String password, @Nullable String browser) {
    return verify(email, password, browser, newBrowser());
  }

  private Answer verify(String email, String password, @Nullable String browser, String fresh) {
    var body = Map.of("email", email, "password", password, "ip", "192.0.2.1");
    return asService()
        .send("POST", PATH, Api.JSON.writeValueAsString(body), headers(browser, fresh));
  }

  private Answer signInTo(String id, @Nullable String browser, String fresh) {
    var path = "/internal/users/" + id + "/sign-ins";
    return asService().send("POST", path, "{\"ip\":\"192.0.2.1\"}", headers(browser, fresh));
  }

  private static String[] headers(@Nullable String browser, String fresh) {
    return browser == null
        ? new String[] {"Gatehouse-New-Browser", fresh}
        : new String[] {"Gatehouse-New-Browser", fresh, "Gatehouse-Browser", browser};
  }

  private String newBrowser() {
    return "%s%07d".formatted(UUID.randomUUID(), browsers++);
  }

  private static boolean isNew(Answer answer) {
    return answer.json().at("/newBrowser").asBoolean(false);
  }

  private static void awaitSent(String email) {
    await().until(() -> sql("select id from mails where recipient = '" + email + "'").isEmpty());
  }

  private static void lock(String email) {
    execute(
        "insert into sign_in_failures values (sha256('%s'), 10, now(), now() + interval '15 minutes')"
            .formatted(email));
  }

  /** How often strangers failed, and until when the address is locked. */
  private static List<String> failures(String email) {
    return sql(
        "select concat_ws(' ', failures, last_failure, locked_until) from sign_in_failures"
            + " where account = sha256('%s')".formatted(email));
  }

  private static List<String> notices(String email) {
    return sql(
        "select text from kept_mails where recipient = '%s' and subject like 'A new sign-in%%'"
            .formatted(email));
  }
}
