package io.gatehouse.users;

import io.gatehouse.defaults.Rounds;
import io.gatehouse.users.store.Database;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Removes what has run out, once a minute, in small batches. Several instances may do so at once.
 */
@Component
class Housekeeping extends Rounds {
  private static final Duration PAUSE = Duration.ofMinutes(1);

  static final String REVOCATIONS =
      """
      delete from revocations where ctid = any(array(
        select ctid from revocations where until < statement_timestamp() - interval '1 minute'
        order by until limit 1000 for update skip locked))
      """;

  static final String SIGN_IN_FAILURES =
      """
      delete from sign_in_failures where ctid = any(array(
        select ctid from sign_in_failures
        where last_failure < statement_timestamp() - interval '1 hour'
        order by last_failure limit 1000 for update skip locked))
      """;

  private final Database database;

  Housekeeping(Database database) {
    super("removing what has run out");
    this.database = database;
  }

  /** Removes one batch of each kind; gives how many rows went. */
  Mono<Long> cleanUp() {
    return Flux.just(REVOCATIONS, SIGN_IN_FAILURES)
        .concatMap(database::change)
        .reduce(0L, Long::sum);
  }

  @Override
  protected Mono<Duration> round() {
    return cleanUp().thenReturn(PAUSE);
  }
}
