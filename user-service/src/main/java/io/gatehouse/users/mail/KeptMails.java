package io.gatehouse.users.mail;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.store.Database;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import reactor.core.publisher.Mono;

/**
 * Keeps mails instead of sending them, the newest 1 000. They are read on the management port,
 * which is not reachable from outside, by {@code ./gatehouse mails} and by the gateway for the
 * console.
 */
@Endpoint(id = "mails")
final class KeptMails {
  static final String KEEP =
      """
      with kept as (
        insert into kept_mails (recipient, subject, text) values ($1, $2, $3) returning id)
      delete from kept_mails using kept where kept_mails.id <= kept.id - 1000
      """;

  static final String NEWEST =
      "select recipient, subject, text, at from kept_mails order by id desc limit $1";

  private static final int MOST = 1_000;

  private final Database database;

  KeptMails(Database database) {
    this.database = database;
  }

  /** A mail that was kept. */
  record Kept(String at, String to, String subject, String text) {
    static Kept from(Readable row) {
      return new Kept(
          Times.text(required(row, "at", Instant.class)),
          required(row, "recipient", String.class),
          required(row, "subject", String.class),
          required(row, "text", String.class));
    }
  }

  Mono<Void> keep(Letter letter) {
    return database.change(KEEP, letter.recipient(), letter.subject(), letter.text()).then();
  }

  /**
   * Oldest first.
   *
   * @param newest that many of the newest; null for all
   */
  @ReadOperation
  Mono<List<Kept>> read(@Nullable Integer newest) {
    var limit = newest == null ? MOST : Math.clamp(newest, 0, MOST);
    return database.list(NEWEST, Kept::from, limit).map(List::reversed);
  }
}
