package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.mail.Multipart;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The outbox and a real SMTP server, whatever becomes of the latter. */
class SmtpTest extends SmtpFixture {
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
  void mailOfADeletedUser_isNotSent() throws Exception {
    addMails(2);
    sql("delete from users where email = 'user1@example.com'");

    sender(port());

    received(1);
    await().atMost(SOON).until(() -> count("mails") == 0);
    assertThat(recipients(List.of(server.getReceivedMessages())))
        .containsExactly("user2@example.com");
  }
}
