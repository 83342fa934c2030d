package io.gatehouse.orders.feed;

import io.gatehouse.orders.store.Checkpoint;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** How far foreign feeds were followed, and what of them could not be handled. */
@Component
class Checkpoints {
  private static final String MOVE = "select move_checkpoint($1, $2, $3, $4, $5) as moved";
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

  Mono<Checkpoint> of(String feed) {
    return database
        .queryOne(
            "select position, stream from checkpoints where feed = $1",
            statement -> statement.bind("$1", feed),
            row ->
                new Checkpoint(
                    feed, Rows.text(row, "position"), Rows.required(row, "stream", UUID.class)))
        .defaultIfEmpty(Checkpoint.start(feed));
  }

  /**
   * Moves on by compare-and-set.
   *
   * @throws Overtaken when somebody else did
   */
  Mono<Checkpoint> move(Checkpoint from, Checkpoint to) {
    return database
        .queryOne(
            MOVE,
            statement ->
                statement
                    .bind("$1", from.feed())
                    .bind("$2", from.position())
                    .bind("$3", from.stream())
                    .bind("$4", to.position())
                    .bind("$5", to.stream()),
            row -> Rows.required(row, "moved", Boolean.class))
        .flatMap(moved -> moved ? Mono.just(to) : Mono.error(new Overtaken(from)));
  }

  /** Another instance follows the same feed and was faster; it goes on from where that one is. */
  static final class Overtaken extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Overtaken(Checkpoint from) {
      super("another instance moved the checkpoint of " + from.feed() + " from " + from.position());
    }
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
