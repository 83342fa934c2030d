package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestPostgres.Database;
import io.gatehouse.users.Api;
import io.gatehouse.users.Api.Answer;
import io.gatehouse.users.RunningService;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/**
 * Whatever has a mail sent is answered while the SMTP server hangs, refuses or is away: it still
 * does so when the last answer is there, and gets every mail afterwards. A hung one is not given up
 * by itself: an answer that waited for it would never come.
 */
@TestPropertySource(
    properties = {
      "gatehouse.mail-keep=false",
      "gatehouse.mail-from=no-reply@shop.example",
      "gatehouse.mail-timeout=1h",
      "gatehouse.mail-retry=100ms",
      "gatehouse.mail-attempts=1000"
    })
@DirtiesContext
class RequestsWithoutSmtpTest extends RunningService {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** At once: more than there are event loops and connections to the database. */
  private static final int EACH = 12;

  /** Of its own: senders of other contexts would send what is to be sent here. */
  private static final Database OWN = TestPostgres.newDatabase();

  private static final GreenMail SERVER = SmtpFixture.startedAt(0);
  private static final int SMTP_PORT = SERVER.getSmtp().getPort();
  private static final TcpProxy WAY = new TcpProxy(SMTP_PORT);

  @Autowired private MeterRegistry meters;

  @DynamicPropertySource
  static void own(DynamicPropertyRegistry properties) {
    // Not by the way that other tests lose, and whose connections they count.
    properties.add("gatehouse.db.port", OWN::port);
    properties.add("gatehouse.db.name", OWN::name);
    properties.add("gatehouse.smtp-url", () -> "smtp://127.0.0.1:" + WAY.port());
  }

  @AfterEach
  void mend() {
    WAY.find();
    WAY.passTo(SMTP_PORT);
    WAY.cut();
    WAY.mend();
  }

  @AfterAll
  static void stop() {
    SERVER.stop();
    WAY.close();
  }

  @Test
  void answersCome_whileTheServerHangs_andTheMailsAfterwards() throws Exception {
    WAY.lose();
    var waiting = signUps(1);
    await().atMost(SOON).until(() -> WAY.open() == 1);

    var mails = mailsOfRequests();

    assertThat(WAY.open()).as("the mail that hangs still does").isEqualTo(1);
    assertThat(SERVER.getReceivedMessages()).isEmpty();
    mend();
    awaitMails(Stream.concat(waiting.stream(), mails.stream()).toList());
  }

  @Test
  void answersCome_whileTheServerRefuses_andTheMailsAfterwards() throws Exception {
    try (var refusing = new ScriptedSmtp("421 not now")) {
      WAY.passTo(refusing.port());

      var mails = whileItFails();

      WAY.passTo(SMTP_PORT);
      awaitMails(mails);
    }
  }

  @Test
  void answersCome_whileTheServerIsAway_andTheMailsAfterwards() throws Exception {
    WAY.cut();

    var mails = whileItFails();

    WAY.mend();
    awaitMails(mails);
  }

  /** The mails of requests between two attempts that failed. */
  private List<String> whileItFails() {
    var first = signUps(1);
    var before = failed();
    await().atMost(SOON).until(() -> failed() > before);

    var mails = mailsOfRequests();

    var then = failed();
    await().atMost(SOON).until(() -> failed() > then);
    return Stream.concat(first.stream(), mails.stream()).toList();
  }

  /** Asks for mails in every way, and gives whom they go to. */
  private List<String> mailsOfRequests() {
    var emails = signUps(EACH);
    var resets =
        together(
            emails,
            email ->
                anyone()
                    .sendAsync("POST", "/api/users/password-reset", json(Map.of("email", email))));
    assertThat(resets).allSatisfy(answer -> answer.is(202));
    var wanted = emails.stream().map(email -> "new-" + email).toList();
    var changes =
        together(
            emails,
            email ->
                asUser(id(email))
                    .sendAsync(
                        "PUT",
                        "/api/users/" + id(email),
                        json(Map.of("email", "new-" + email, "name", "N"))));
    assertThat(changes)
        .allSatisfy(answer -> assertThat(answer.is(200).text("/pendingEmail")).startsWith("new-"));
    // A verification, a reset and a notice to the old address; a link to the new one.
    return Stream.of(emails, emails, emails, wanted).flatMap(List::stream).toList();
  }

  private List<String> signUps(int count) {
    var emails = Stream.generate(RunningService::newEmail).limit(count).toList();
    var answers =
        together(
            emails, email -> anyone().sendAsync("POST", "/api/users", json(signUpBody(email))));
    assertThat(answers).allSatisfy(answer -> answer.is(201));
    return emails;
  }

  private String id(String email) {
    return asAdmin().get("/api/users?email=" + email).is(200).text("/items/0/id");
  }

  private static List<Answer> together(
      List<String> emails, Function<String, CompletableFuture<Answer>> request) {
    var calls = emails.stream().map(request).toList();
    return calls.stream().map(CompletableFuture::join).toList();
  }

  private static String json(Map<String, ?> body) {
    return Api.JSON.writeValueAsString(body);
  }

  private double failed() {
    return meters.counter("users.mails", "outcome", "failed").count();
  }

  /** Each comes once, and no other. */
  private static void awaitMails(List<String> expected) throws Exception {
    await().atMost(SOON).until(() -> SERVER.getReceivedMessages().length >= expected.size());
    var recipients = SmtpFixture.recipients(List.of(SERVER.getReceivedMessages()));
    assertThat(recipients).containsExactlyInAnyOrderElementsOf(expected);
    SERVER.purgeEmailFromAllMailboxes();
  }
}
