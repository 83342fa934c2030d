package io.gatehouse.users.signins;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import io.gatehouse.users.RunningService;
import io.gatehouse.users.accounts.Passwords;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class SignInTest extends RunningService {
  private static final String PATH = "/internal/credentials/verification";

  @Autowired MeterRegistry meters;
  @Autowired Passwords passwords;

  @Test
  void verification_knowsTheUser_byTheRightPasswordOnly() {
    var email = newEmail();
    var id = signedUp(email);

    verify(email, PASSWORD + "x").isError(401, "WRONG_CREDENTIALS");
    var right = verify(email, PASSWORD).is(200);

    assertThat(right.json().propertyNames())
        .containsExactly("id", "email", "name", "roles", "emailVerified");
    assertThat(right.text("/id")).isEqualTo(id);
    var read = asService().get("/internal/users/" + id).is(200);
    assertThat(read.json()).isEqualTo(right.json());
    assertThat(read.header("ETag")).as("of the direct way").isEqualTo("\"1\"");
  }

  /** Its sign-in would be later than the change, which ends those of before. */
  @Test
  void oldPassword_isOfNoUse_whileItsChangeIsBeingCommitted() throws SQLException {
    var email = newEmail();
    var id = signedUp(email);
    try (var change = connection();
        var statement = change.createStatement()) {
      change.setAutoCommit(false);
      statement.execute(
          "update credentials set password_hash = 'another' where user_id = '" + id + "'");
      var signIn =
          asService()
              .sendAsync(
                  "POST",
                  PATH,
                  Api.JSON.writeValueAsString(
                      Map.of("email", email, "password", PASSWORD, "ip", "192.0.2.1")));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  !sql("select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                          + " and query like '%for share of credentials%'"
                          + " and datname = current_database()")
                      .isEmpty());
      change.commit();

      signIn.orTimeout(60, TimeUnit.SECONDS).join().isError(401, "WRONG_CREDENTIALS");
    }
  }

  @Test
  void internalUser_isMissing_onceDeleted() {
    var id = signedUp();
    asUser(id).delete("/api/users/" + id).is(204);

    asService().get("/internal/users/" + id).isError(404, "NOT_FOUND");
  }

  @Test
  void unknownAddress_isAnsweredAsAWrongPasswordIs_forTheSameWork() {
    var known = newEmail();
    signedUp(known);
    var unknown = newEmail();

    var before = hashes();
    var wrong = verify(known, PASSWORD + "x").isError(401, "WRONG_CREDENTIALS");
    var between = hashes();
    var nobody = verify(unknown, PASSWORD).isError(401, "WRONG_CREDENTIALS");

    assertThat(nobody.text("/error/message")).isEqualTo(wrong.text("/error/message"));
    assertThat(hashes() - between).isEqualTo(between - before).isEqualTo(1);
    assertThat(failures(unknown)).isEqualTo(failures(known)).containsExactly("1");
  }

  @Test
  void nobodysHash_costsAsMuchAsAnybodys() {
    var somebody = passwords.hash(PASSWORD).toFuture().join();

    assertThat(Passwords.NOBODY).hasSameSizeAs(somebody);
    assertThat(parameters(Passwords.NOBODY)).isEqualTo(parameters(somebody));
    assertThat(passwords.matches(PASSWORD, Passwords.NOBODY).toFuture().join()).isFalse();
  }

  @Test
  void address_isLocked_afterTenFailures_knownOrNot() {
    var known = newEmail();
    signedUp(known);

    for (var email : List.of(known, newEmail())) {
      failedBefore(email, 10 - 1);
      verify(email, PASSWORD + "x").isError(401, "WRONG_CREDENTIALS");

      verify(email, PASSWORD).isError(401, "WRONG_CREDENTIALS");
      assertThat(
              sql(
                  "select (locked_until > now() + interval '14 minutes')::text from sign_in_failures where "
                      + isFor(email)))
          .containsExactly("true");
    }

    execute(
        "update sign_in_failures set locked_until = now(), last_failure = now() - interval '16 minutes' where "
            + isFor(known));
    verify(known, PASSWORD).is(200);
    assertThat(failures(known)).isEmpty();
  }

  @Test
  void answers_slowDown_afterAFewFailures() {
    var email = newEmail();
    failedBefore(email, 8);

    var started = System.nanoTime();
    verify(email, PASSWORD).isError(401, "WRONG_CREDENTIALS");

    assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started)).isGreaterThan(300);
  }

  @Test
  void delay_doublesAfterTheFreeFailures_upToItsLimit() {
    var rules =
        new SignInProperties(
            3, 10, Duration.ofMinutes(15), Duration.ofMillis(100), Duration.ofSeconds(2));

    assertThat(IntStream.rangeClosed(0, 11).mapToObj(rules::delay).map(Duration::toMillis))
        .containsExactly(0L, 0L, 0L, 100L, 200L, 400L, 800L, 1600L, 2000L, 2000L, 0L, 0L);
  }

  @Test
  void rightPassword_forgetsEarlierFailures() {
    var email = newEmail();
    signedUp(email);
    failedBefore(email, 2);

    verify(email, PASSWORD).is(200);

    assertThat(failures(email)).isEmpty();
  }

  @Test
  void guessesInParallel_areCountedLikeOthers() {
    var email = newEmail();
    signedUp(email);

    var guesses =
        inParallel(
            14,
            i ->
                asService()
                    .sendAsync(
                        "POST",
                        PATH,
                        "{\"email\":\"" + email + "\",\"password\":\"guess number " + i + "\"}"));

    assertThat(guesses).allMatch(answer -> answer.status() == 401);
    assertThat(failures(email)).containsExactly("10");
    verify(email, PASSWORD).isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void rightPasswordInParallel_locksNobodyOut() {
    var email = newEmail();
    signedUp(email);

    var answers =
        inParallel(
            12,
            _ ->
                asService()
                    .sendAsync(
                        "POST",
                        PATH,
                        "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}"));

    assertThat(answers).allMatch(answer -> answer.status() == 200);
  }

  @Test
  void guessingTheCurrentPassword_isLockedToo() {
    var id = signedUp();
    var path = "/api/users/" + id + "/password";
    var thief = asUser(id);
    for (var i = 0; i < 10; i++) {
      thief
          .put(path, Map.of("current", "guessed-password", "new", "thiefs-password"))
          .isError(422, "WRONG_PASSWORD");
    }

    thief
        .put(path, Map.of("current", PASSWORD, "new", "thiefs-password"))
        .isError(422, "WRONG_PASSWORD");
  }

  private Api.Answer verify(String email, String password) {
    return asService().post(PATH, Map.of("email", email, "password", password, "ip", "192.0.2.1"));
  }

  private static List<Api.Answer> inParallel(
      int count, LongFunction<CompletableFuture<Api.Answer>> call) {
    var calls = IntStream.range(0, count).asLongStream().mapToObj(call).toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private long hashes() {
    return meters.get("users.password.hashing").timer().count();
  }

  private static void failedBefore(String email, int failures) {
    execute(
        "insert into sign_in_failures values (sha256('%s'), %d, now())".formatted(email, failures));
  }

  private static List<String> failures(String email) {
    return sql("select failures from sign_in_failures where " + isFor(email));
  }

  private static String isFor(String email) {
    return "account = sha256('" + email + "')";
  }

  private static List<String> parameters(String hash) {
    return Stream.of(hash.split("\\$", -1)).limit(4).toList();
  }
}
