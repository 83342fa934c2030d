package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import io.gatehouse.users.Api.Answer;
import io.gatehouse.users.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** What people do with the mails that they are sent, and what others try with them. */
class MailTest extends RunningService {
  private static final Pattern SECRET = Pattern.compile("\\?link=([A-Za-z0-9_-]{43})\n");
  private static final String NEW_PASSWORD = "a-new-battery-staple";

  @LocalManagementPort int managementPort;

  @Test
  void reset_setsThePassword_once_andEndsEverything() {
    var email = newEmail();
    var id = signedUp(email);
    lock(email);
    var first = askForReset(email);
    var second = askForReset(email);

    follow(second, NEW_PASSWORD).is(204);

    verify(email, NEW_PASSWORD).is(200);
    verify(email, PASSWORD).isError(401, "WRONG_CREDENTIALS");
    for (var link : List.of(second, first)) {
      follow(link, "another-new-password").isError(422, "LINK_NOT_VALID");
    }
    assertThat(sql("select except_sid from revocations where user_id = '" + id + "'"))
        .containsExactly((String) null);
    assertThat(sql("select count(*) from mail_links where user_id = '" + id + "'"))
        .containsExactly("0");
  }

  @Test
  void reset_provesTheAddress_whoseOtherLinksEnd() {
    var email = newEmail();
    var id = signedUp(email);
    var verification = verification(email);

    follow(askForReset(email), NEW_PASSWORD).is(204);

    confirm(verification).isError(422, "LINK_NOT_VALID");
    var user = asUser(id).get("/api/users/me").is(200).json();
    assertThat(user.at("/emailVerified").asBoolean()).isTrue();
    assertThat(user.at("/version").asInt()).isEqualTo(2);
  }

  @Test
  void newPassword_leavesTheLinkThatVerifiesTheAddress() {
    var email = newEmail();
    var id = signedUp(email);
    var verification = verification(email);
    asUser(id)
        .put("/api/users/" + id + "/password", Map.of("current", PASSWORD, "new", NEW_PASSWORD))
        .is(204);

    confirm(verification).is(200);
  }

  @Test
  void reset_isTheSameForNobody_andSendsNothing() {
    var known = newEmail();
    signedUp(known);
    var unknown = newEmail();

    var answers =
        Stream.of(known, unknown)
            .map(email -> anyone().post("/api/users/password-reset", Map.of("email", email)))
            .map(answer -> answer.is(202).response().body())
            .distinct()
            .toList();

    assertThat(answers).hasSize(1);
    await().until(() -> reset(known) != null);
    await().until(() -> waiting(unknown).equals(List.of("0")));
    assertThat(texts(unknown)).isEmpty();
  }

  @Test
  void resetOfAnAddress_goesOnInAnyCase_butNotWithoutForm() {
    var email = newEmail();
    signedUp(email);

    anyone()
        .post(
            "/api/users/password-reset", Map.of("email", email.toUpperCase(java.util.Locale.ROOT)))
        .is(202);
    anyone()
        .post("/api/users/password-reset", Map.of("email", "no address"))
        .isError(400, "VALIDATION_ERROR");
    anyone().get("/api/users/password-reset").isError(401, "UNAUTHENTICATED");

    await().until(() -> reset(email) != null);
  }

  @Test
  void twoResetsByOneLink_setOnePassword() {
    var email = newEmail();
    signedUp(email);
    var link = askForReset(email);

    var answers = inParallel(8, i -> link);

    assertThat(answers.stream().map(Answer::status).sorted())
        .containsExactly(204, 422, 422, 422, 422, 422, 422, 422);
  }

  @Test
  void twoResetsByTwoLinks_setOnePassword() {
    var email = newEmail();
    signedUp(email);
    var links = List.of(askForReset(email), askForReset(email), askForReset(email));

    var answers = inParallel(9, i -> links.get(i % 3));

    assertThat(answers.stream().filter(answer -> answer.status() == 204)).hasSize(1);
    assertThat(answers).allMatch(answer -> answer.status() == 204 || answer.status() == 422);
  }

  @Test
  void link_isNoGood_whenOldOrGuessedOrForAnotherPurpose() {
    var email = newEmail();
    var id = signedUp(email);
    var verification = verification(email);
    var reset = askForReset(email);

    for (var link : List.of("", "x", "A".repeat(43), verification, reset + "A", "'; drop --")) {
      follow(link, NEW_PASSWORD).isError(422, "LINK_NOT_VALID");
    }
    confirm(reset).isError(422, "LINK_NOT_VALID");
    follow("A".repeat(101), NEW_PASSWORD).isError(400, "VALIDATION_ERROR");
    follow(reset, "short").isError(400, "VALIDATION_ERROR");
    execute("update mail_links set until = now() where user_id = '" + id + "'");
    follow(reset, NEW_PASSWORD).isError(422, "LINK_NOT_VALID");
    confirm(verification).isError(422, "LINK_NOT_VALID");

    verify(email, PASSWORD).is(200);
  }

  @Test
  void links_areFollowedByTheIssuerAlone() {
    var body = Map.of("link", "x", "password", NEW_PASSWORD);

    for (var path : List.of("/internal/password-resets", "/internal/address-confirmations")) {
      anyone().post(path, body).isError(401, "UNAUTHENTICATED");
      asAdmin().post(path, body).isError(403, "FORBIDDEN");
    }
  }

  @Test
  void newPassword_endsEveryLink() {
    var email = newEmail();
    var id = signedUp(email);
    var link = askForReset(email);

    asUser(id)
        .put("/api/users/" + id + "/password", Map.of("current", PASSWORD, "new", NEW_PASSWORD))
        .is(204);

    follow(link, "another-new-password").isError(422, "LINK_NOT_VALID");
  }

  @Test
  void anAddress_isSentFewMails_inAnHour() {
    var email = newEmail();
    signedUp(email);
    for (var i = 0; i < 5; i++) {
      askForReset(email);
    }
    for (var i = 0; i < 5; i++) {
      anyone().post("/api/users/password-reset", Map.of("email", email)).is(202);
      await().until(() -> waiting(email).equals(List.of("0")));
    }

    assertThat(texts(email).stream().filter(text -> text.contains("/reset?"))).hasSize(5);
  }

  @Test
  void links_leadToThePublicUrl_whateverTheHost() {
    var email = newEmail();
    signedUp(email);
    anyone()
        .send(
            "POST",
            "/api/users/password-reset",
            Api.JSON.writeValueAsString(Map.of("email", email)),
            "X-Forwarded-Host",
            "evil.example",
            "Forwarded",
            "host=evil.example")
        .is(202);
    await().until(() -> reset(email) != null);

    assertThat(texts(email)).allMatch(text -> !text.contains("evil.example"));
    assertThat(texts(email)).anyMatch(text -> text.contains("\nhttp://localhost:8080/reset?link="));
  }

  @Test
  void mails_areInTheLanguageThatIsAskedFor() {
    var email = newEmail();
    signedUp(email);
    anyone()
        .send(
            "POST",
            "/api/users/password-reset",
            Api.JSON.writeValueAsString(Map.of("email", email)),
            "Accept-Language",
            "fr;q=0.2, de-AT;q=0.9, *;q=0.1")
        .is(202);
    await().until(() -> reset(email) != null);

    assertThat(texts(email)).anyMatch(text -> text.startsWith("Guten Tag,"));
  }

  @Test
  void ownAddress_changesOnceItsLinkIsFollowed_andTheOldOneIsTold() {
    var old = newEmail();
    var id = signedUp(old);
    var wanted = newEmail();

    var asked =
        asUser(id).put("/api/users/" + id, Map.of("email", wanted, "name", "New Name")).is(200);

    assertThat(asked.text("/email")).isEqualTo(old);
    assertThat(asked.text("/pendingEmail")).isEqualTo(wanted);
    assertThat(asked.text("/name")).isEqualTo("New Name");
    assertThat(asUser(id).get("/api/users/me").json()).isEqualTo(asked.json());
    var link = address(wanted);
    await().until(() -> texts(old).stream().anyMatch(text -> text.contains(wanted)));
    confirm(link).is(200);
    confirm(link).isError(422, "LINK_NOT_VALID");

    var changed = asUser(id).get("/api/users/me").is(200).json();
    assertThat(changed.at("/email").asString()).isEqualTo(wanted);
    assertThat(changed.at("/emailVerified").asBoolean()).isTrue();
    assertThat(changed.has("pendingEmail")).isFalse();
    assertThat(changed.at("/version").asInt()).isEqualTo(3);
    verify(wanted, PASSWORD).is(200);
  }

  @Test
  void othersChangeAnAddress_atOnce() {
    for (var other : List.of(asAdmin(), asService())) {
      var id = signedUp();
      var wanted = newEmail();

      var changed = other.put("/api/users/" + id, Map.of("email", wanted, "name", "N")).is(200);

      assertThat(changed.text("/email")).isEqualTo(wanted);
      assertThat(changed.json().has("pendingEmail")).isFalse();
    }
  }

  @Test
  void newPassword_endsAChangeOfAddress_thatAStrangerBegan() {
    var old = newEmail();
    var id = signedUp(old);
    var strangers = newEmail();
    asUser(id).put("/api/users/" + id, Map.of("email", strangers, "name", "N")).is(200);
    var link = address(strangers);

    follow(askForReset(old), NEW_PASSWORD).is(204);

    confirm(link).isError(422, "LINK_NOT_VALID");
    var user = asUser(id).get("/api/users/me").is(200).json();
    assertThat(user.at("/email").asString()).isEqualTo(old);
    assertThat(user.has("pendingEmail")).isFalse();
  }

  @Test
  void linksToTheOldAddress_endWithIt() {
    var old = newEmail();
    var id = signedUp(old);
    var reset = askForReset(old);

    asAdmin().put("/api/users/" + id, Map.of("email", newEmail(), "name", "N")).is(200);

    follow(reset, NEW_PASSWORD).isError(422, "LINK_NOT_VALID");
  }

  @Test
  void addressThatIsTakenMeanwhile_isNotTakenAway() {
    var id = signedUp();
    var wanted = newEmail();
    asUser(id).put("/api/users/" + id, Map.of("email", wanted, "name", "N")).is(200);
    var link = address(wanted);
    var other = signedUp(wanted);

    confirm(link).isError(409, "ALREADY_EXISTS");

    assertThat(asUser(other).get("/api/users/me").text("/email")).isEqualTo(wanted);
  }

  @Test
  void signUp_sendsALink_thatVerifiesTheAddress() {
    var email = newEmail();
    var id = signedUp(email);
    assertThat(asUser(id).get("/api/users/me").json().at("/emailVerified").asBoolean()).isFalse();

    confirm(verification(email)).is(200);

    assertThat(asUser(id).get("/api/users/me").json().at("/emailVerified").asBoolean()).isTrue();
    assertThat(asService().get("/internal/users/" + id).json().at("/emailVerified").asBoolean())
        .isTrue();
  }

  @Test
  void mails_haveNothingInThem_thatAStrangerChose() {
    var email = newEmail();
    anyone()
        .post(
            "/api/users",
            Map.of("email", email, "name", "You won! evil.example", "password", PASSWORD))
        .is(201);
    verification(email);

    assertThat(texts(email)).isNotEmpty().allMatch(text -> !text.contains("evil.example"));
  }

  @Test
  void keptMails_areShownOnTheManagementPort_oldestFirst() {
    var first = newEmail();
    signedUp(first);
    verification(first);
    var second = newEmail();
    signedUp(second);
    verification(second);

    var mails = new Api(managementPort, null).get("/actuator/mails").is(200).json();
    var recipients = mails.findValuesAsString("to");

    assertThat(recipients.indexOf(first)).isBetween(0, recipients.indexOf(second));
    assertThat(mails.get(0).propertyNames()).containsExactly("at", "to", "subject", "text");
    var newest = new Api(managementPort, null).get("/actuator/mails?newest=1").is(200).json();
    assertThat(newest).hasSize(1);
    assertThat(newest.get(0).path("to").asString()).isEqualTo(second);
    anyone().get("/actuator/mails").isError(401, "UNAUTHENTICATED");
  }

  private List<Answer> inParallel(int count, java.util.function.IntFunction<String> link) {
    var calls =
        IntStream.range(0, count)
            .mapToObj(
                i ->
                    asService()
                        .sendAsync(
                            "POST",
                            "/internal/password-resets",
                            "{\"link\":\"%s\",\"password\":\"password number %d\"}"
                                .formatted(link.apply(i), i)))
            .toList();
    return calls.stream().map(java.util.concurrent.CompletableFuture::join).toList();
  }

  private Answer follow(String link, String password) {
    return asService()
        .post(
            "/internal/password-resets",
            Map.of("link", link, "password", password, "ip", "192.0.2.7"));
  }

  private Answer confirm(String link) {
    return asService().post("/internal/address-confirmations", Map.of("link", link));
  }

  private Answer verify(String email, String password) {
    return asService()
        .post("/internal/credentials/verification", Map.of("email", email, "password", password));
  }

  private static void lock(String email) {
    execute(
        "insert into sign_in_failures values (sha256('%s'), 10, now(), now() + interval '15 minutes')"
            .formatted(email));
  }

  /** The link of a reset that is asked for now. */
  private String askForReset(String email) {
    var before = texts(email).size();
    anyone().post("/api/users/password-reset", Map.of("email", email)).is(202);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> resets(email) > 0 && texts(email).size() > before);
    return reset(email);
  }

  private long resets(String email) {
    return texts(email).stream().filter(text -> text.contains("/reset?")).count();
  }

  private static String reset(String email) {
    return last(email, "/reset?");
  }

  private static String verification(String email) {
    await().atMost(Duration.ofSeconds(30)).until(() -> last(email, "/confirm?") != null);
    return last(email, "/confirm?");
  }

  private static String address(String email) {
    return verification(email);
  }

  private static String last(String email, String page) {
    return texts(email).stream()
        .filter(text -> text.contains(page))
        .map(SECRET::matcher)
        .filter(java.util.regex.Matcher::find)
        .map(found -> found.group(1))
        .reduce((_, later) -> later)
        .orElse(null);
  }

  private static List<String> texts(String email) {
    return sql("select text from kept_mails where recipient = '" + email + "' order by id");
  }

  private static List<String> waiting(String email) {
    return sql("select count(*) from mails where recipient = '" + email + "'");
  }
}
