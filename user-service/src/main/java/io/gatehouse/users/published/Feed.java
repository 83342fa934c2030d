package io.gatehouse.users.published;

import static io.gatehouse.store.Rows.required;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.store.Database;
import io.gatehouse.store.FeedPosition;
import io.gatehouse.store.FeedRow;
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
      (select true as past, pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
              b.xid, b.position, b.timeline, null::text as type, null::uuid as user_id,
              null::bigint as version, null::timestamptz as at
       from (select) one left join lateral (
         select e.transaction_id::text as xid, e.position, coalesce(e.timeline, 1) as timeline
         from user_events e where (e.transaction_id, e.position) <= ($1::text::xid8, $2)
         order by e.transaction_id desc, e.position desc limit 1) b on true)
      union all
      (select false, null, e.transaction_id::text, e.position, coalesce(e.timeline, 1),
              e.type, e.user_id, e.version, e.at
       from user_events e
       where (e.transaction_id, e.position) > ($1::text::xid8, $2)
         and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())
       order by e.transaction_id, e.position limit $3)
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
          required(FeedPosition.read(row)).toString(),
          required(row, "type", String.class),
          required(row, "user_id", UUID.class),
          required(row, "version", Long.class),
          Times.text(required(row, "at", Instant.class)));
    }
  }

  /**
   * The next events behind a position, at most {@code limit}.
   *
   * @throws ApiException RESUME_POINT_UNKNOWN when this feed never came there
   */
  public Mono<Page> after(FeedPosition after, int limit) {
    return database
        .list(
            AFTER,
            row -> FeedRow.read(row, Item::from),
            Long.toString(after.transaction()),
            after.position(),
            limit)
        .map(rows -> FeedRow.after(after, rows))
        .map(
            items ->
                new Page(items, items.isEmpty() ? after.toString() : items.getLast().position()));
  }
}
