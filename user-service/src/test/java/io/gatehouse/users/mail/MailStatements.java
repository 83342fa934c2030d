package io.gatehouse.users.mail;

import static io.gatehouse.users.Statement.NO_ID;
import static io.gatehouse.users.Statement.with;

import io.gatehouse.users.Statement;
import java.util.stream.Stream;

/** Every statement of mail, but the one that shows kept mails, which are few. */
public final class MailStatements {
  private MailStatements() {}

  public static Stream<Statement> all() {
    return Stream.of(
        with("take a mail", OutboxRows.TAKE, "1000"),
        with("link of a reset", OutboxRows.LINK_RESET, "sha256('n')", "'500@example.com'"),
        with(
            "link of a verification",
            OutboxRows.LINK_VERIFICATION,
            "sha256('n')",
            "'500@example.com'",
            NO_ID),
        with(
            "link of a new address",
            OutboxRows.LINK_ADDRESS,
            "sha256('n')",
            "'500@example.com'",
            NO_ID),
        with(
            "link of a quiet sign-up",
            OutboxRows.LINK_SIGN_UP,
            "sha256('n')",
            "'500@example.com'",
            "'Name'"),
        with("count a mail", OutboxRows.COUNT, "'reset to somebody'", "5", "1000"),
        with("done", OutboxRows.DONE, "1", "1"),
        with("again", OutboxRows.AGAIN, "1", "1", "1000", "'broken'"),
        with("park", OutboxRows.PARK, "1", "1", "'broken'"),
        with("keep", KeptMails.KEEP, "'500@example.com'", "'Subject'", "'text'"));
  }
}
