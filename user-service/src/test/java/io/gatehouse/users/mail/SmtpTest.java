package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.gatehouse.store.Database;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Multipart;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The outbox and a real SMTP server, whatever becomes of the latter. */
class SmtpTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static Database database;

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private GreenMail server;

  @BeforeAll
  static void migrate() {
    var at = TestPostgres.newDatabase();
    Flyway.configure().dataSource(at.jdbcUrl(), at.user(), at.password()).load().migrate();
    database =
        new Database(
            new PostgresqlConnectionFactory(
                PostgresqlConnectionConfiguration.builder()
                    .host(at.host())
                    .port(at.port())
                    .database(at.name())
                    .username(at.user())
                    .password(at.password())
                    .build()));
  }

  @BeforeEach
  void start() {
    sql("truncate users, mails, mail_links, mail_counts, sign_ups cascade");
    server = startedAt(0);
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : opened.reversed()) {
      each.close();
    }
    server.stop();
  }

  @Test
  void mail_isSentAsPlainTextAndHtml_withItsLinkOnOneLine() throws Exception {
    addMails(1);

    sender(port());

    var mail = received(1).getFirst();
    var parts = (Multipart) mail.getContent();
    var text = text(parts, "text/plain");
    assertThat(mail.getSubject()).isEqualTo("Bestätigen Sie Ihre Adresse");
    assertThat(mail.getFrom()[0]).hasToString("no-reply@shop.example");
    assertThat(mail.getHeader("Auto-Submitted")).containsExactly("auto-generated");
    assertThat(text.lines())
        .anyMatch(line -> line.matches("https://shop\\.example/confirm\\?link=[A-Za-z0-9_-]{43}"))
        .anyMatch(line -> line.contains("bestätigen"));
    assertThat(text(parts, "text/html"))
        .contains("<a href=\"https://shop.example/confirm?link")
        .contains("<html lang=\"de\">");
    await().atMost(SOON).until(() -> count("mails") == 0);
  }

  /** Whether an address is free is seen when its mail is sent, and by its reader alone. */
  @Test
  void quietSignUp_sendsALinkToAFreeAddress_andWordToTheOwnerOfATakenOne() throws Exception {
    sql("insert into users (email, name, roles) values ('taken@example.com', 'N', '{USER}')");
    sql(
        """
        insert into mails (kind, recipient, about, language) values
          ('sign-up', 'free@example.com', 'Name', 'en'), ('sign-up', 'taken@example.com', 'Name', 'en')
        """);

    sender(port());

    for (var mail : received(2)) {
      var free = mail.getAllRecipients()[0].toString().equals("free@example.com");
      assertThat(mail.getSubject())
          .isEqualTo(free ? "Finish your sign-up" : "You have an account already");
      assertThat(text((Multipart) mail.getContent(), "text/plain").lines())
          .anyMatch(
              line ->
                  line.matches(
                      free
                          ? "https://shop\\.example/signup\\?link=[A-Za-z0-9_-]{43}"
                          : "https://shop\\.example/forgot"));
    }
    assertThat(one("select string_agg(email || name, ' ') as value from sign_ups"))
        .isEqualTo("free@example.comName");
  }

  @Test
  void killedServer_losesNothing_andGetsEachMailOnce_whenItIsBack() throws Exception {
    var port = port();
    server.stop();
    addMails(5);
    sender(port);
    await().atMost(SOON).until(() -> count("mails where problem is not null") == 5);

    server = startedAt(port);

    assertThat(recipients(received(5))).hasSize(5).doesNotHaveDuplicates();
    await().atMost(SOON).until(() -> count("mails") == 0);
    assertThat(server.getReceivedMessages()).hasSize(5);
  }

  @Test
  void hungServer_losesNothing_andGetsEachMailOnce_whenItAnswersAgain() throws Exception {
    var way = new TcpProxy(port());
    opened.add(way);
    way.lose();
    addMails(3);
    sender(way.port());
    await().atMost(SOON).until(() -> count("mails where problem is not null") >= 1);

    way.find();

    assertThat(recipients(received(3))).hasSize(3).doesNotHaveDuplicates();
    await().atMost(SOON).until(() -> count("mails") == 0);
    assertThat(server.getReceivedMessages()).hasSize(3);
  }

  @Test
  void severalInstances_sendEachMailOnce() throws Exception {
    addMails(30);

    sender(port());
    sender(port());
    sender(port());

    assertThat(recipients(received(30))).hasSize(30).doesNotHaveDuplicates();
    await().atMost(SOON).until(() -> count("mails") == 0);
    assertThat(server.getReceivedMessages()).hasSize(30);
  }

  @Test
  void serverThatTurnsUsAway_isTriedAgain_untilTheMailIsParked() throws Exception {
    var refusing = new ScriptedSmtp("421 not now");
    opened.add(refusing);
    addMails(1);

    sender(refusing.port(), 4);

    await().atMost(SOON).until(() -> count("mails where due is null and attempts = 4") == 1);
    await().atMost(SOON).until(() -> meters.get("users.mails.parked").gauge().value() == 1);
    assertThat(counted("failed")).isEqualTo(3);
    assertThat(counted("parked")).isEqualTo(1);
  }

  @Test
  void addressThatIsRefusedForGood_isParkedAtOnce() throws Exception {
    var refusing =
        new ScriptedSmtp("220 hello", "250 hello", "250 sender", "550 no such user", "250 reset");
    opened.add(refusing);
    addMails(1);

    sender(refusing.port());

    await().atMost(SOON).until(() -> count("mails where due is null and attempts = 1") == 1);
  }

  @Test
  void sentMail_isNotSentAgain_whenTheDatabaseCannotTakeItDownAtOnce() throws Exception {
    sql(
        """
        create function refused() returns trigger language plpgsql as $$
          begin raise exception 'the database is away'; end $$;
        create trigger refused before delete on mails for each row execute function refused()
        """);
    addMails(1);
    try {
      sender(port());
      received(1);
      await().atMost(SOON).until(() -> counted("sent") == 1);
    } finally {
      sql("drop trigger refused on mails; drop function refused");
    }

    await().atMost(SOON).until(() -> count("mails") == 0);
    assertThat(server.getReceivedMessages()).hasSize(1);
    assertThat(counted("failed")).isZero();
  }

  private double counted(String outcome) {
    return meters.counter("users.mails", "outcome", outcome).count();
  }

  /** Nobody can know whether it took the mail: SMTP allows this one repetition, and no other. */
  @Test
  void serverThatBreaksOffBeforeItsLastAnswer_isSentTheSameMailAgain() throws Exception {
    var breaking =
        new ScriptedSmtp("220 hello", "250 hello", "250 sender", "250 recipient", "354 go on");
    opened.add(breaking);
    addMails(1);
    var first = sender(breaking.port());
    await().atMost(SOON).until(() -> count("mails where problem is not null") == 1);
    first.stop();
    var id = one("select id::text as value from mails");
    sql("update mails set due = now()");

    sender(port());

    assertThat(received(1).getFirst().getMessageID())
        .isEqualTo("<" + id + ".gatehouse@shop.example>");
    assertThat(breaking.heard()).contains("<" + id + ".gatehouse@shop.example>");
  }

  @Test
  void mailOfADeletedUser_isNotSent() throws Exception {
    addMails(2);
    sql("delete from users where email = 'user1@example.com'");

    sender(port());

    received(1);
    await().atMost(SOON).until(() -> count("mails") == 0);
    assertThat(recipients(List.of(server.getReceivedMessages())))
        .containsExactly("user2@example.com");
  }

  private OutboxSender sender(int port) {
    return sender(port, 1000);
  }

  private OutboxSender sender(int port, int attempts) {
    var rules =
        new MailProperties(
            "smtp://localhost:" + port,
            "no-reply@shop.example",
            false,
            Duration.ofSeconds(1),
            Duration.ofMillis(100),
            attempts);
    var transport =
        new SmtpTransport("smtp://localhost:" + port, "no-reply@shop.example", rules.mailTimeout());
    var sender =
        new OutboxSender(
            new OutboxRows(database),
            new Outbox(true),
            transport,
            rules,
            "https://shop.example",
            meters);
    opened.add(transport);
    opened.add(sender::stop);
    sender.start();
    return sender;
  }

  private static void addMails(int count) {
    IntStream.rangeClosed(1, count)
        .forEach(
            i ->
                sql(
                    """
                    with someone as (insert into users (email, name, roles)
                      values ('user%1$d@example.com', 'N', '{USER}') returning id, email)
                    insert into mails (kind, recipient, user_id, language)
                    select 'verification', email, id, 'de' from someone
                    """
                        .formatted(i)));
  }

  private GreenMail startedAt(int port) {
    var mail = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    mail.start();
    return mail;
  }

  private int port() {
    return server.getSmtp().getPort();
  }

  private List<MimeMessage> received(int count) {
    await().atMost(SOON).until(() -> server.getReceivedMessages().length >= count);
    return List.of(server.getReceivedMessages());
  }

  private static List<String> recipients(List<MimeMessage> mails) throws MessagingException {
    var all = new ArrayList<String>();
    for (var mail : mails) {
      Stream.of(mail.getAllRecipients()).map(Address::toString).forEach(all::add);
    }
    return all;
  }

  /** The part of this type, wherever it is. */
  private static String text(Multipart parts, String type) throws MessagingException, IOException {
    for (var i = 0; i < parts.getCount(); i++) {
      var part = parts.getBodyPart(i);
      if (part.isMimeType(type)) {
        return (String) part.getContent();
      }
      if (part.getContent() instanceof Multipart inner) {
        var found = text(inner, type);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return "";
  }

  private static void sql(String statement) {
    database.change(statement).block(SOON);
  }

  private static long count(String what) {
    return Long.parseLong(one("select count(*)::text as value from " + what));
  }

  private static String one(String query) {
    return database.one(query, row -> row.get("value", String.class)).block(SOON);
  }
}
