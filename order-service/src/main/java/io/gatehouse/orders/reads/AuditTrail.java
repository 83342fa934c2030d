package io.gatehouse.orders.reads;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.orders.store.CustomerKey;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.orders.store.EventCodec.Stored;
import io.gatehouse.orders.store.UnknownEvent;
import io.gatehouse.store.Replicas;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What happened to an order, by whom. */
@Component
public class AuditTrail {
  /** Of the stored data of a page; as JSON it is up to four times as long. */
  static final int PAGE_BYTES = 512 * 1024;

  private static final String PAGE =
      """
      select e.*, s.customer_id, c.wrapped_key
      from streams s
      cross join lateral (
        select p.*, count(*) over () as found,
               sum(octet_length(p.data)) over (order by p.version) - octet_length(p.data) as bytes_before
        from (select * from events where order_id = s.order_id and version > $2
              order by version limit $3) p) e
      left join customers c on c.customer_id = s.customer_id
      where s.order_id = $1 and e.bytes_before < $4
      order by e.version
      """;

  private final Replicas replicas;
  private final CustomerKeys keys;

  AuditTrail(Replicas replicas, CustomerKeys keys) {
    this.replicas = replicas;
    this.keys = keys;
  }

  /**
   * One event of the trail.
   *
   * @param data the event's own record; what a later version of this service wrote is shown as it
   *     is, without its sealed parts
   */
  public record Entry(
      int version,
      String type,
      String at,
      Actor actor,
      String requestId,
      Object data,
      String hash) {}

  public record Actor(String subject, String client, String role) {}

  /**
   * The entries that were found, as many as may be read at once.
   *
   * @param more true when others follow, beyond the limit or the bytes
   */
  public record Found(List<Entry> entries, boolean more) {}

  private record Counted(Entry entry, long found) {}

  /** At most so many entries after a version, and no more than {@link #PAGE_BYTES} of them. */
  public Mono<Found> page(UUID orderId, int after, int limit) {
    return replicas
        .query(
            PAGE,
            statement ->
                statement
                    .bind("$1", orderId)
                    .bind("$2", after)
                    .bind("$3", limit + 1)
                    .bind("$4", PAGE_BYTES),
            row -> new Counted(read(orderId, row), Rows.required(row, "found", Long.class)))
        .map(
            rows -> {
              var found = rows.isEmpty() ? 0 : rows.getFirst().found();
              var shown = rows.stream().limit(limit).map(Counted::entry).toList();
              return new Found(shown, found > shown.size());
            });
  }

  private Entry read(UUID orderId, Readable row) {
    var stored =
        new Stored(Rows.text(row, "type"), Rows.number(row, "schema"), Rows.text(row, "data"));
    return new Entry(
        Rows.number(row, "version"),
        stored.type(),
        Times.text(Rows.required(row, "at", Instant.class)),
        new Actor(Rows.text(row, "subject"), Rows.text(row, "client"), Rows.text(row, "role")),
        Rows.text(row, "request_id"),
        data(orderId, stored, keys.of(row, Rows.text(row, "customer_id"))),
        HexFormat.of().formatHex(Rows.required(row, "hash", byte[].class)));
  }

  private static Object data(UUID orderId, Stored stored, @Nullable CustomerKey key) {
    try {
      return EventCodec.decode(orderId, stored, key);
    } catch (UnknownEvent later) {
      return EventCodec.readable(stored);
    }
  }
}
