package io.gatehouse.orders.views;

import io.gatehouse.orders.domain.OrderEvent;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.Database;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.orders.store.EventCodec.Stored;
import io.gatehouse.orders.store.Rows;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** What happened to an order, by whom. */
@Component
public class AuditTrail {
  private static final String PAGE =
      """
      select e.*, s.customer_id, c.wrapped_key
      from streams s
      join events e on e.order_id = s.order_id
      left join customers c on c.customer_id = s.customer_id
      where s.order_id = $1 and e.version > $2
      order by e.version limit $3
      """;

  private final Database database;
  private final CustomerKeys keys;

  AuditTrail(Database database, CustomerKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  /** One event of the trail; {@code data} as the event's own record. */
  public record Entry(
      int version,
      String type,
      String at,
      Actor actor,
      String requestId,
      OrderEvent data,
      String hash) {}

  public record Actor(String subject, String client, String role) {}

  public Mono<List<Entry>> page(UUID orderId, int after, int limit) {
    return database.query(
        PAGE,
        statement -> statement.bind("$1", orderId).bind("$2", after).bind("$3", limit),
        row -> read(orderId, row));
  }

  private Entry read(UUID orderId, Row row) {
    var stored =
        new Stored(Rows.text(row, "type"), Rows.number(row, "schema"), Rows.text(row, "data"));
    var event = EventCodec.decode(orderId, stored, keys.of(row, Rows.text(row, "customer_id")));
    return new Entry(
        Rows.number(row, "version"),
        stored.type(),
        Times.format(Rows.required(row, "at", Instant.class)),
        new Actor(Rows.text(row, "subject"), Rows.text(row, "client"), Rows.text(row, "role")),
        Rows.text(row, "request_id"),
        event,
        HexFormat.of().formatHex(Rows.required(row, "hash", byte[].class)));
  }
}
