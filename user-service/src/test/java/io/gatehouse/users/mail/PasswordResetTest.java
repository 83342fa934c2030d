package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api.Answer;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A forgotten password, by the link of a mail, and what others try with it. */
class PasswordResetTest extends MailFixture {
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

  /** One row is written, nothing is looked up: that is done when the mail is sent. */
  @Test
  void reset_isTheSameWork_forAnybodyAndNobody() {
    var known = newEmail();
    signedUp(known);

    for (var email : List.of(known, newEmail(), known, newEmail())) {
      var before = rowsWritten();
      anyone().post("/api/users/password-reset", Map.of("email", email)).is(202);
      assertThat(rowsWritten()).as(email).isEqualTo(before + 1);
    }
  }

  private static long rowsWritten() {
    return Long.parseLong(sql("select last_value from mails_id_seq").getFirst());
  }

  @Test
  void link_ofAnotherUser_changesThatUserAlone() {
    var own = newEmail();
    signedUp(own);
    var ownLink = askForReset(own);
    var others = newEmail();
    signedUp(others);
    askForReset(others);

    follow(ownLink, NEW_PASSWORD).is(204);

    verify(others, PASSWORD).is(200);
    verify(others, NEW_PASSWORD).isError(401, "WRONG_CREDENTIALS");
    verify(own, NEW_PASSWORD).is(200);
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

  private static void lock(String email) {
    execute(
        "insert into sign_in_failures values (sha256('%s'), 10, now(), now() + interval '15 minutes')"
            .formatted(email));
  }
}
