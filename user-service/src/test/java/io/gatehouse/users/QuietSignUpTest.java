package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signing up tells nobody who has an account, where the operator wants it so. */
class QuietSignUpTest extends QuietSignUpFixture {
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

  private static long told(String email) {
    return texts(email).stream().filter(text -> text.contains(NOTICE)).count();
  }

  private long hashes() {
    return meters.get("users.password.hashing").timer().count();
  }
}
