package io.gatehouse.users.published;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.store.Database;
import io.gatehouse.store.FeedPosition;
import io.gatehouse.store.Times;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Repository;
import reactor.core.publisher.Mono;

/**
 * What happened to users, for other services. Positions are handed out before commit, so a reader
 * of the highest one would miss what commits late: entries are ordered by transaction and shown
 * only below the oldest transaction that is still running.
 */
@Repository
public class Feed {
  static final String AFTER =
      """
      select transaction_id::text as transaction_id, position, type, user_id, version, at
      from user_events
      where (transaction_id, position) > ($1::text::xid8, $2)
        and transaction_id < pg_snapshot_xmin(pg_current_snapshot())
      order by transaction_id, position limit $3
      """;

  private final Database database;

  Feed(Database database) {
    this.database = database;
  }

  /** A page and the position to ask after next, also when it is empty. */
  public record Page(List<Item> items, String next) {}

  /** One event; neither secrets nor personal data. */
  public record Item(String position, String type, UUID userId, long version, String at) {
    static Item from(Readable row) {
      return new Item(
          required(row, "transaction_id", String.class)
              + "."
              + required(row, "position", Long.class),
          required(row, "type", String.class),
          required(row, "user_id", UUID.class),
          required(row, "version", Long.class),
          Times.text(required(row, "at", Instant.class)));
    }
  }

  /** The next events behind a position, at most {@code limit}. */
  public Mono<Page> after(FeedPosition after, int limit) {
    return database
        .list(AFTER, Item::from, Long.toString(after.transaction()), after.position(), limit)
        .map(
            items ->
                new Page(items, items.isEmpty() ? after.toString() : items.getLast().position()));
  }
}
