package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Signing up tells nobody who has an account, where the operator wants it so. */
@TestPropertySource(properties = "gatehouse.users.quiet-sign-up=true")
class QuietSignUpTest extends RunningService {
  private static final Pattern LINK = Pattern.compile("/signup\\?link=([A-Za-z0-9_-]{43})\n");
  private static final String NOTICE = "which has an account already";
  private static final String STRANGERS = "a-strangers-password";
  private static final String OWNERS = "the-owners-password";

  @Autowired MeterRegistry meters;

  @Test
  void signUp_isAnsweredAlike_forTheSameWork_whetherTheAddressIsFreeOrTaken() {
    var taken = account();
    var hashes = hashes();
    var free = newEmail();

    var answers = List.of(signUp(free), signUp(taken));

    for (var answer : answers) {
      assertThat(answer.response().body()).isEqualTo("{}");
      assertThat(answer.response().headers().map().keySet())
          .isEqualTo(answers.getFirst().response().headers().map().keySet())
          .doesNotContain("Location", "location", "ETag", "etag");
      assertThat(answer.header("Content-Type")).isEqualTo("application/json");
    }
    assertThat(hashes()).as("what is hashed at a sign-up").isEqualTo(hashes);
    assertThat(links(free)).hasSize(1);
    await().until(() -> told(taken) == 1);
  }

  @Test
  void rulesOfASignUp_areTheSame_forAFreeAndATakenAddress() {
    for (var email : List.of(newEmail(), account())) {
      var body = Map.of("email", email, "name", "", "password", "short");

      var refused = anyone().post("/api/users", body).isError(400, "VALIDATION_ERROR").json();

      assertThat(refused.at("/error/details").size()).isGreaterThan(1);
      assertThat(waiting(email) + texts(email).size()).as("mails").isLessThanOrEqualTo(1);
    }
  }

  /** Account pre-hijacking: who signs up with another's address gets nothing of its account. */
  @Test
  void strangersPassword_opensNothing_beforeAndAfterTheOwnerFinishesTheSignUp() {
    var email = newEmail();
    anyone().post("/api/users", body(email, STRANGERS)).is(202);
    var strangersLink = link(email);
    verify(email, STRANGERS).isError(401, "WRONG_CREDENTIALS");

    finish(strangersLink, OWNERS).is(200);

    verify(email, STRANGERS).isError(401, "WRONG_CREDENTIALS");
    verify(email, OWNERS).is(200);
  }

  @Test
  void owner_whoSignsUpAfterAStranger_getsTheAccount_andTheStrangersLinkEnds() {
    var email = newEmail();
    anyone().post("/api/users", body(email, STRANGERS)).is(202);
    var strangers = link(email);
    anyone().post("/api/users", body(email, OWNERS)).is(202);
    await().until(() -> links(email).size() == 2);
    var own = links(email).getLast();

    finish(own, OWNERS).is(200);

    finish(strangers, STRANGERS).isError(422, "LINK_NOT_VALID");
    verify(email, STRANGERS).isError(401, "WRONG_CREDENTIALS");
    verify(email, OWNERS).is(200);
    assertThat(sql("select count(*) from sign_ups where email = '" + email + "'"))
        .containsExactly("0");
  }

  @Test
  void ownerOfATakenAddress_isTold_andKeepsThePassword() {
    var taken = account();

    anyone().post("/api/users", body(taken, STRANGERS)).is(202);

    await().until(() -> told(taken) == 1);
    assertThat(texts(taken))
        .noneMatch(text -> text.contains("/signup?"))
        .anyMatch(text -> text.contains("\nhttp://localhost:8080/forgot\n"));
    verify(taken, STRANGERS).isError(401, "WRONG_CREDENTIALS");
    verify(taken, OWNERS).is(200);
  }

  @Test
  void finishedSignUp_makesAUser_whoseAddressIsProved() {
    var email = newEmail();
    signUp(email);

    var finished = finish(link(email), OWNERS).is(200);

    assertThat(finished.text("/email")).isEqualTo(email);
    var found = asAdmin().get("/api/users?email=" + email).is(200).json().at("/items/0");
    assertThat(found.at("/name").asString()).isEqualTo("Test User");
    assertThat(found.at("/emailVerified").asBoolean()).isTrue();
    assertThat(found.at("/roles").toString()).isEqualTo("[\"USER\"]");
    assertThat(
            sql(
                "select type from user_events where user_id = '"
                    + found.at("/id").asString()
                    + "'"))
        .containsExactly("UserRegistered");
  }

  @Test
  void link_makesOneAccount_howeverOftenItIsFollowedAtOnce() {
    var email = newEmail();
    signUp(email);
    var link = link(email);

    var answers =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    asService()
                        .sendAsync(
                            "POST",
                            "/internal/sign-ups",
                            Api.JSON.writeValueAsString(
                                Map.of("link", link, "password", "password number " + i))))
            .toList()
            .stream()
            .map(call -> call.join().status())
            .sorted()
            .toList();

    assertThat(answers).containsExactly(200, 422, 422, 422, 422, 422, 422, 422);
  }

  @Test
  void link_isNoGood_whenOldOrGuessedOrForAnotherPurpose() {
    var email = newEmail();
    signUp(email);
    var link = link(email);

    for (var wrong : List.of("", "x", "A".repeat(43), link + "A", "'; drop --")) {
      finish(wrong, OWNERS).isError(422, "LINK_NOT_VALID");
    }
    finish(link, "short").isError(400, "VALIDATION_ERROR");
    for (var path : List.of("/internal/password-resets", "/internal/address-confirmations")) {
      var body =
          path.endsWith("resets") ? Map.of("link", link, "password", OWNERS) : Map.of("link", link);
      asService().post(path, body).isError(422, "LINK_NOT_VALID");
    }
    execute("update sign_ups set until = now() where email = '" + email + "'");
    finish(link, OWNERS).isError(422, "LINK_NOT_VALID");
    verify(email, OWNERS).isError(401, "WRONG_CREDENTIALS");
  }

  @Test
  void links_areFollowedByTheIssuerAlone() {
    var body = Map.of("link", "x", "password", OWNERS);

    anyone().post("/internal/sign-ups", body).isError(401, "UNAUTHENTICATED");
    asAdmin().post("/internal/sign-ups", body).isError(403, "FORBIDDEN");
  }

  @Test
  void addressThatIsTakenMeanwhile_isNotTakenAway() {
    var email = newEmail();
    signUp(email);
    var link = link(email);
    asAdmin().post("/api/users", body(email, OWNERS)).is(201);

    finish(link, STRANGERS).isError(422, "LINK_NOT_VALID");

    verify(email, OWNERS).is(200);
  }

  @Test
  void issuerAndUsers_areAnsweredAsStrangers_butAdminsAndProgramsAreTold() {
    var taken = account();

    asService().post("/api/users", body(taken, STRANGERS)).is(202);
    asUser(id(taken)).post("/api/users", body(taken, STRANGERS)).is(202);
    asAdmin().post("/api/users", body(taken, STRANGERS)).isError(409, "ALREADY_EXISTS");
    program().post("/api/users", body(taken, STRANGERS)).isError(409, "ALREADY_EXISTS");
    program().post("/api/users", body(newEmail(), OWNERS)).is(201);
  }

  @Test
  void anAddress_isSentFewMails_inAnHour() {
    for (var email : List.of(newEmail(), account())) {
      for (var i = 0; i < 8; i++) {
        signUp(email);
        await().until(() -> waiting(email) == 0);
      }

      assertThat(links(email).size() + told(email)).isEqualTo(5);
    }
  }

  @Test
  void mails_haveNothingInThem_thatAStrangerChose() {
    var email = newEmail();
    var body = Map.of("email", email, "name", "You won! evil.example", "password", STRANGERS);
    anyone().post("/api/users", body).is(202);
    link(email);

    assertThat(texts(email)).allMatch(text -> !text.contains("evil.example"));
  }

  @Test
  void ownAddress_mayBecomeATakenOne_forAllThatIsTold() {
    var taken = account();
    var email = account();
    var path = "/api/users/" + id(email);

    var asked = asUser(id(email)).put(path, Map.of("email", taken, "name", "N")).is(200);

    assertThat(asked.text("/email")).isEqualTo(email);
    assertThat(asked.text("/pendingEmail")).isEqualTo(taken);
    await().until(() -> waiting(taken) == 0);
    assertThat(texts(taken).stream().filter(text -> text.contains("/confirm?")))
        .as("the link that verifies it, and no other")
        .singleElement()
        .asString()
        .contains("an account was made");
  }

  private Answer signUp(String email) {
    return anyone().post("/api/users", signUpBody(email)).is(202);
  }

  /** The address of a user with the owner's password. */
  private String account() {
    var email = newEmail();
    asAdmin().post("/api/users", body(email, OWNERS)).is(201);
    return email;
  }

  private static String id(String email) {
    return sql("select id from users where email = '" + email + "'").getFirst();
  }

  private static Map<String, String> body(String email, String password) {
    return Map.of("email", email, "name", "Test User", "password", password);
  }

  private Api program() {
    return as(
        TOKENS.token(
            claims ->
                claims
                    .subject("demo-service")
                    .claim("client_id", "demo-service")
                    .claim("scope", "users.read users.write")
                    .claim("roles", List.of("SERVICE"))));
  }

  private Answer finish(String link, String password) {
    return asService().post("/internal/sign-ups", Map.of("link", link, "password", password));
  }

  private Answer verify(String email, String password) {
    return asService()
        .post("/internal/credentials/verification", Map.of("email", email, "password", password));
  }

  private static String link(String email) {
    await().until(() -> !links(email).isEmpty());
    return links(email).getFirst();
  }

  private static List<String> links(String email) {
    await().until(() -> waiting(email) == 0);
    return texts(email).stream()
        .flatMap(text -> LINK.matcher(text).results())
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  private static long told(String email) {
    return texts(email).stream().filter(text -> text.contains(NOTICE)).count();
  }

  private static List<String> texts(String email) {
    return sql("select text from kept_mails where recipient = '" + email + "' order by id");
  }

  private static long waiting(String email) {
    return Long.parseLong(
        sql("select count(*) from mails where recipient = '" + email + "'").getFirst());
  }

  private long hashes() {
    return meters.get("users.password.hashing").timer().count();
  }
}
