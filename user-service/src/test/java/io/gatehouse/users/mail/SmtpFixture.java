package io.gatehouse.users.mail;

import static org.awaitility.Awaitility.await;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import io.gatehouse.store.Database;
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

/** An outbox and a real SMTP server. */
abstract class SmtpFixture {
  static final Duration SOON = Duration.ofSeconds(60);
  static Database database;

  final List<AutoCloseable> opened = new ArrayList<>();
  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  GreenMail server;

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

  OutboxSender sender(int port) {
    return sender(port, 1000);
  }

  OutboxSender sender(int port, int attempts) {
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

  static void addMails(int count) {
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

  /** On this port; 0 is a free one. By itself it would give its start up after two seconds. */
  static GreenMail startedAt(int port) {
    var setup = new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
    setup.setServerStartupTimeout(SOON.toMillis());
    var mail = new GreenMail(setup);
    mail.start();
    return mail;
  }

  int port() {
    return server.getSmtp().getPort();
  }

  List<MimeMessage> received(int count) {
    await().atMost(SOON).until(() -> server.getReceivedMessages().length >= count);
    return List.of(server.getReceivedMessages());
  }

  static List<String> recipients(List<MimeMessage> mails) throws MessagingException {
    var all = new ArrayList<String>();
    for (var mail : mails) {
      Stream.of(mail.getAllRecipients()).map(Address::toString).forEach(all::add);
    }
    return all;
  }

  /** The part of this type, wherever it is. */
  static String text(Multipart parts, String type) throws MessagingException, IOException {
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

  static void sql(String statement) {
    database.change(statement).block(SOON);
  }

  static long count(String what) {
    return Long.parseLong(one("select count(*)::text as value from " + what));
  }

  static String one(String query) {
    return database.one(query, row -> row.get("value", String.class)).block(SOON);
  }
}
