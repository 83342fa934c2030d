package io.gatehouse.users.mail;

import static org.awaitility.Awaitility.await;

import io.gatehouse.users.Api.Answer;
import io.gatehouse.users.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.boot.test.web.server.LocalManagementPort;

/** Mails as people get them, and what the issuer's pages do with their links. */
abstract class MailFixture extends RunningService {
  static final Pattern SECRET = Pattern.compile("\\?link=([A-Za-z0-9_-]{43})\n");
  static final String NEW_PASSWORD = "a-new-battery-staple";

  @LocalManagementPort int managementPort;

  Answer follow(String link, String password) {
    return asService()
        .post(
            "/internal/password-resets",
            Map.of("link", link, "password", password, "ip", "192.0.2.7"));
  }

  Answer confirm(String link) {
    return asService().post("/internal/address-confirmations", Map.of("link", link));
  }

  Answer verify(String email, String password) {
    return asService()
        .post("/internal/credentials/verification", Map.of("email", email, "password", password));
  }

  /** The link of a reset that is asked for now. */
  String askForReset(String email) {
    var before = texts(email).size();
    anyone().post("/api/users/password-reset", Map.of("email", email)).is(202);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> resets(email) > 0 && texts(email).size() > before);
    return reset(email);
  }

  long resets(String email) {
    return texts(email).stream().filter(text -> text.contains("/reset?")).count();
  }

  static String reset(String email) {
    return last(email, "/reset?");
  }

  static String verification(String email) {
    await().atMost(Duration.ofSeconds(30)).until(() -> last(email, "/confirm?") != null);
    return last(email, "/confirm?");
  }

  static String address(String email) {
    return verification(email);
  }

  static String last(String email, String page) {
    return texts(email).stream()
        .filter(text -> text.contains(page))
        .map(SECRET::matcher)
        .filter(java.util.regex.Matcher::find)
        .map(found -> found.group(1))
        .reduce((_, later) -> later)
        .orElse(null);
  }

  static List<String> texts(String email) {
    return sql("select text from kept_mails where recipient = '" + email + "' order by id");
  }

  static List<String> waiting(String email) {
    return sql("select count(*) from mails where recipient = '" + email + "'");
  }
}
