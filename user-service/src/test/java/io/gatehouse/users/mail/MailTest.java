package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people do with the mails that they are sent, and what others try with them. */
class MailTest extends MailFixture {
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
}
