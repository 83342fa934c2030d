package io.gatehouse.users.published;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.store.Database;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes what has run out, once a minute, in batches of 1 000 until all of it is gone. Several
 * instances may do so at once.
 */
@Component
class Housekeeping extends Polling {
  private static final Duration PAUSE = Duration.ofMinutes(1);
  private static final int BATCH = 1000;

  /** Of one round: 200 000 rows a minute, more than sign-ins can fail. */
  private static final int MAX_BATCHES = 200;

  static final String REVOCATIONS =
      """
      delete from revocations where ctid = any(array(
        select ctid from revocations where at < statement_timestamp() - interval '40 days'
        order by at limit 1000 for update skip locked))
      """;

  static final String SIGN_IN_FAILURES =
      """
      delete from sign_in_failures where ctid = any(array(
        select ctid from sign_in_failures
        where last_failure < statement_timestamp() - interval '1 hour'
        order by last_failure limit 1000 for update skip locked))
      """;

  static final String MAIL_LINKS =
      """
      delete from mail_links where ctid = any(array(
        select ctid from mail_links where until < statement_timestamp()
        order by until limit 1000 for update skip locked))
      """;

  static final String SIGN_UPS =
      """
      delete from sign_ups where ctid = any(array(
        select ctid from sign_ups where until < statement_timestamp()
        order by until limit 1000 for update skip locked))
      """;

  static final String MAIL_COUNTS =
      """
      delete from mail_counts where ctid = any(array(
        select ctid from mail_counts where since < statement_timestamp() - interval '1 hour'
        order by since limit 1000 for update skip locked))
      """;

  static final String PARKED_MAILS =
      """
      delete from mails where ctid = any(array(
        select ctid from mails
        where due is null and created_at < statement_timestamp() - interval '30 days'
        order by created_at limit 1000 for update skip locked))
      """;

  /** As long as browsers keep a cookie (RFC 6265bis section 5.5). */
  static final String KNOWN_BROWSERS =
      """
      delete from known_browsers where ctid = any(array(
        select ctid from known_browsers
        where seen_at < statement_timestamp() - interval '400 days'
        order by seen_at limit 1000 for update skip locked))
      """;

  private final Database database;

  Housekeeping(Database database) {
    super("removing what has run out");
    this.database = database;
  }

  /** Removes all of each kind, up to a round's worth; gives how many rows went. */
  Mono<Long> cleanUp() {
    return Flux.just(
            REVOCATIONS,
            SIGN_IN_FAILURES,
            MAIL_LINKS,
            SIGN_UPS,
            MAIL_COUNTS,
            PARKED_MAILS,
            KNOWN_BROWSERS)
        .concatMap(this::drain)
        .reduce(0L, Long::sum);
  }

  /** Batch after batch while they are full, each its own transaction. */
  private Mono<Long> drain(String removal) {
    return Mono.defer(() -> database.change(removal))
        .repeat(MAX_BATCHES - 1)
        .takeUntil(removed -> removed < BATCH)
        .reduce(0L, Long::sum);
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return cleanUp().thenReturn(PAUSE);
  }
}
