package io.gatehouse.users;

import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api.Answer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;

/** Sign-ups that are answered alike, whoever has an account. */
@TestPropertySource(properties = "gatehouse.users.quiet-sign-up=true")
abstract class QuietSignUpFixture extends RunningService {
  static final Pattern LINK = Pattern.compile("/signup\\?link=([A-Za-z0-9_-]{43})\n");
  static final String NOTICE = "which has an account already";
  static final String STRANGERS = "a-strangers-password";
  static final String OWNERS = "the-owners-password";

  @Autowired MeterRegistry meters;

  Answer signUp(String email) {
    return anyone().post("/api/users", signUpBody(email)).is(202);
  }

  /** The address of a user with the owner's password. */
  String account() {
    var email = newEmail();
    asAdmin().post("/api/users", body(email, OWNERS)).is(201);
    return email;
  }

  static String id(String email) {
    return sql("select id from users where email = '" + email + "'").getFirst();
  }

  static Map<String, String> body(String email, String password) {
    return Map.of("email", email, "name", "Test User", "password", password);
  }

  Answer finish(String link, String password) {
    return asService().post("/internal/sign-ups", Map.of("link", link, "password", password));
  }

  Answer verify(String email, String password) {
    return asService()
        .post("/internal/credentials/verification", Map.of("email", email, "password", password));
  }

  static String link(String email) {
    await().until(() -> !links(email).isEmpty());
    return links(email).getFirst();
  }

  static List<String> links(String email) {
    await().until(() -> waiting(email) == 0);
    return texts(email).stream()
        .flatMap(text -> LINK.matcher(text).results())
        .map((MatchResult found) -> found.group(1))
        .toList();
  }

  static List<String> texts(String email) {
    return sql("select text from kept_mails where recipient = '" + email + "' order by id");
  }

  static long waiting(String email) {
    return Long.parseLong(
        sql("select count(*) from mails where recipient = '" + email + "'").getFirst());
  }
}
