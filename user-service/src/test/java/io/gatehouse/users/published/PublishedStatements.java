package io.gatehouse.users.published;

import static io.gatehouse.users.Statement.with;

import io.gatehouse.users.Statement;
import java.util.stream.Stream;

/** Every statement of what is published. */
public final class PublishedStatements {
  private PublishedStatements() {}

  public static Stream<Statement> all() {
    return Stream.of(
        with("revocations", Revocations.SINCE, "now() - interval '30 s'", "true", "10000"),
        with("live revocations", Revocations.SINCE, "'1970-01-01'", "false", "10000"),
        with("feed", Feed.AFTER, "'19990'", "19990", "1000"),
        with("old revocations", Housekeeping.REVOCATIONS),
        with("old failures", Housekeeping.SIGN_IN_FAILURES),
        with("old links", Housekeeping.MAIL_LINKS),
        with("old sign-ups", Housekeeping.SIGN_UPS),
        with("old counts", Housekeeping.MAIL_COUNTS),
        with("old parked mails", Housekeeping.PARKED_MAILS),
        with("old browsers", Housekeeping.KNOWN_BROWSERS));
  }
}
