package io.gatehouse.orders.feed;

import io.gatehouse.orders.store.Database;
import io.gatehouse.orders.store.Rows;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** How far foreign feeds were followed, and what of them could not be handled. */
@Component
class Checkpoints {
  private static final String MOVE =
      """
      insert into checkpoints as c values ($1, $3)
      on conflict (feed) do update set position = excluded.position where c.position = $2
      returning 1
      """;
  private static final String PARK =
      """
      insert into parked_events (feed, position, event, error) values ($1, $2, $3, $4)
      on conflict (feed, position) do update set error = excluded.error, parked_at = now()
      returning 1
      """;
  private static final String COUNT = "select count(*)::int as n from parked_events";

  private final Database database;

  Checkpoints(Database database) {
    this.database = database;
  }

  /** The position reached; empty text before the first event. */
  Mono<String> of(String feed) {
    return database
        .queryOne(
            "select position from checkpoints where feed = $1",
            statement -> statement.bind("$1", feed),
            row -> Rows.text(row, "position"))
        .defaultIfEmpty("");
  }

  /** Moves on unless somebody else did: compare and set. */
  Mono<Boolean> move(String feed, String from, String to) {
    return database
        .query(
            MOVE,
            statement -> statement.bind("$1", feed).bind("$2", from).bind("$3", to),
            _ -> true)
        .map(rows -> !rows.isEmpty());
  }

  /** Keeps an event aside that could not be handled, so that the others go on. */
  Mono<Void> park(String feed, String position, String event, String error) {
    return database
        .query(
            PARK,
            statement ->
                statement.bind("$1", feed).bind("$2", position).bind("$3", event).bind("$4", error),
            _ -> true)
        .then();
  }

  Mono<Integer> parked() {
    return database.queryOne(COUNT, _ -> {}, row -> Rows.number(row, "n"));
  }
}
