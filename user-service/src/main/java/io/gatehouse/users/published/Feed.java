package io.gatehouse.users.published;

import static io.gatehouse.users.store.Columns.value;

import io.gatehouse.users.store.Database;
import io.gatehouse.users.store.Times;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
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
          value(row, "transaction_id", String.class) + "." + value(row, "position", Long.class),
          value(row, "type", String.class),
          value(row, "user_id", UUID.class),
          value(row, "version", Long.class),
          Times.text(value(row, "at", Instant.class)));
    }
  }

  /** A place in the feed, to its readers an opaque text. */
  public record Position(String transaction, long number) {
    /** Before the first event. */
    public static final Position START = new Position("0", 0);

    private static final Pattern FORM = Pattern.compile("(\\d{1,18})\\.(\\d{1,18})");

    /** The position of this text; empty when it is none of ours. */
    public static Optional<Position> parse(String text) {
      var form = FORM.matcher(text);
      return form.matches()
          ? Optional.of(new Position(form.group(1), Long.parseLong(form.group(2))))
          : Optional.empty();
    }

    @Override
    public String toString() {
      return transaction + "." + number;
    }
  }

  /** The next events behind a position, at most {@code limit}. */
  public Mono<Page> after(Position after, int limit) {
    return database
        .list(AFTER, Item::from, after.transaction(), after.number(), limit)
        .map(
            items ->
                new Page(items, items.isEmpty() ? after.toString() : items.getLast().position()));
  }
}
