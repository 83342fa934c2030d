package io.gatehouse.users.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.testing.TcpProxy;
import org.junit.jupiter.api.Test;

/** The outbox while its SMTP server is away, hangs, or refuses, and while its database is away. */
class SmtpOutageTest extends SmtpFixture {
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
}
