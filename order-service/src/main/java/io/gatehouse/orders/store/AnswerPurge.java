package io.gatehouse.orders.store;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import java.time.Duration;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Removes idempotent answers that are older than their 24 hours, some thousands at a time. */
@Component
class AnswerPurge extends Polling {
  private static final int AT_ONCE = 2_000;
  private static final String PURGE =
      """
      with gone as (
        delete from idempotency where ctid = any (array(
          select ctid from idempotency where created_at < now() - interval '24 hours'
          order by created_at limit $1 for update skip locked)) returning 1)
      select count(*)::int as n from gone
      """;

  private final Database database;

  AnswerPurge(Database database) {
    super("purge of idempotent answers");
    this.database = database;
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return purge().map(n -> n < AT_ONCE ? Duration.ofMinutes(10) : Duration.ofMillis(200));
  }

  Mono<Integer> purge() {
    return database.queryOne(
        PURGE, statement -> statement.bind("$1", AT_ONCE), row -> Rows.number(row, "n"));
  }
}
