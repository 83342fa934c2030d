package io.gatehouse.orders.feed;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.store.Database;
import io.gatehouse.store.FeedError;
import io.gatehouse.store.FeedPosition;
import io.gatehouse.store.FeedRow;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Events of all orders, ordered by transaction and cut below the oldest transaction that still
 * runs: whatever commits later sorts after everything that was shown.
 */
@Component
public class EventFeed {
  private static final String PAST =
      """
      (select true as past, pg_snapshot_xmin(pg_current_snapshot())::text as oldest,
              b.xid, b.position, b.timeline, null::uuid as order_id, null::integer as version,
              null::text as type, null::timestamptz as at, null::text as customer_id
       from (select) one left join lateral (
         select e.xid::text as xid, e.position, coalesce(e.timeline, 1) as timeline
         from events e where (e.xid, e.position) <= ($1::text::xid8, $2)
         order by e.xid desc, e.position desc limit 1) b on true)
      union all
      """;
  private static final String COLUMNS =
      """
      (select false, null, e.xid::text, e.position, coalesce(e.timeline, 1), e.order_id, e.version,
              e.type, e.at, s.customer_id
      """;
  private static final String AFTER =
      """
       and (e.xid, e.position) > ($1::text::xid8, $2)
       and e.xid < pg_snapshot_xmin(pg_current_snapshot())
       order by e.xid, e.position limit $3)
      """;
  private static final String OF_ALL =
      PAST
          + COLUMNS
          + "from events e join streams s on s.order_id = e.order_id where true "
          + AFTER;
  private static final String OF_CUSTOMER =
      PAST
          + COLUMNS
          + "from streams s join events e on e.order_id = s.order_id where s.customer_id = $4 "
          + AFTER;
  private static final String END =
      """
      select e.xid::text as xid, e.position, coalesce(e.timeline, 1) as timeline from events e
      where e.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by e.xid desc, e.position desc limit 1
      """;

  private static final String HORIZON =
      """
      select pg_snapshot_xmin(s)::text as oldest, pg_snapshot_xmax(s)::text as next,
             (select greatest(extract(epoch from clock_timestamp() - e.at), 0) from events e
              where e.xid >= pg_snapshot_xmin(s) order by e.xid, e.position limit 1)::float8 as lag
      from pg_current_snapshot() s
      """;

  private final Database database;

  EventFeed(Database database) {
    this.database = database;
  }

  /** One event without its content. */
  public record Event(
      FeedPosition position,
      UUID orderId,
      String customerId,
      int version,
      String type,
      Instant at) {}

  /**
   * Events after a position, at most {@code limit}; of one customer or of all.
   *
   * @throws ApiException RESUME_POINT_UNKNOWN when the feed never came there: the position was
   *     given by another history of this database, and nobody knows what happened since
   */
  public Mono<List<Event>> after(FeedPosition position, @Nullable String customerId, int limit) {
    return database
        .query(
            customerId == null ? OF_ALL : OF_CUSTOMER,
            statement -> {
              statement.bind("$1", String.valueOf(position.transaction()));
              statement.bind("$2", position.position()).bind("$3", limit);
              if (customerId != null) {
                statement.bind("$4", customerId);
              }
            },
            row -> FeedRow.read(row, EventFeed::read))
        .map(rows -> FeedRow.after(position, rows));
  }

  /**
   * Where the feed ends now: everything after it is yet to be shown to anybody. It is the last
   * event that is shown, which a synchronous standby has, too, and no mere transaction id.
   */
  public Mono<FeedPosition> end() {
    return database
        .queryOne(END, _ -> {}, row -> Rows.required(FeedPosition.read(row)))
        .defaultIfEmpty(FeedPosition.START);
  }

  /**
   * How far the feed may be read.
   *
   * @param oldest the oldest transaction that runs in any database of the server, or the next
   * @param next the transaction that begins next
   * @param lag age of the oldest event beyond, in seconds; 0 when there is none
   */
  record Horizon(long oldest, long next, double lag) {
    boolean isHeldBack() {
      return oldest < next;
    }
  }

  Mono<Horizon> horizon() {
    return database.queryOne(
        HORIZON,
        _ -> {},
        row -> {
          var lag = row.get("lag", Double.class);
          return new Horizon(
              Long.parseLong(Rows.text(row, "oldest")),
              Long.parseLong(Rows.text(row, "next")),
              lag == null ? 0 : lag);
        });
  }

  /**
   * The position, if the feed has come so far.
   *
   * @throws ApiException RESUME_POINT_UNKNOWN when it has not
   */
  public Mono<FeedPosition> known(FeedPosition position) {
    return after(position, null, 0).thenReturn(position);
  }

  /** Whether it failed because the feed never came to the position that was asked for. */
  static boolean isUnknown(Throwable failed) {
    return failed instanceof ApiException api
        && api.code().equals(FeedError.RESUME_POINT_UNKNOWN.name());
  }

  private static Event read(Readable row) {
    return new Event(
        Rows.required(FeedPosition.read(row)),
        Rows.required(row, "order_id", UUID.class),
        Rows.text(row, "customer_id"),
        Rows.number(row, "version"),
        Rows.text(row, "type"),
        Rows.required(row, "at", Instant.class));
  }
}
