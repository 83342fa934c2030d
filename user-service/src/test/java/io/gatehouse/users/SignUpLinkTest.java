package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The link that finishes a sign-up, and what others try with it. */
class SignUpLinkTest extends QuietSignUpFixture {
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
}
