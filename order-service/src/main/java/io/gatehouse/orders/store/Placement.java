package io.gatehouse.orders.store;

import io.gatehouse.orders.store.EventCodec.Stored;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A new order's only event and view, as {@code place_orders} stores them. */
record Placement(
    Change change, Actor actor, @Nullable RequestKey request, Stored event, String viewBody) {
  static final String CALL =
      "select * from place_orders($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)";

  static Placement of(Change change, Actor actor, @Nullable RequestKey request) {
    if (change.expectedVersion() != 0 || change.events().size() != 1) {
      throw new IllegalArgumentException("not a new order's first event alone");
    }
    return new Placement(
        change,
        actor,
        request,
        EventCodec.encode(change.orderId(), change.events().getFirst(), change.key()),
        AppendCall.viewBody(change));
  }

  /** What must not stand in one call twice: the database would take both for the first. */
  @Nullable Object idempotencyKey() {
    return request == null ? null : List.of(request.caller(), request.key());
  }

  static void bind(Statement statement, List<Placement> placements) {
    statement
        .bind("$1", each(placements, p -> p.request == null ? null : p.request.caller()))
        .bind("$2", each(placements, p -> p.request == null ? null : p.request.key()))
        .bind("$3", each(placements, p -> p.request == null ? null : p.request.fingerprint()))
        .bind("$4", placements.stream().map(p -> p.change.orderId()).toArray(UUID[]::new))
        .bind("$5", each(placements, p -> p.change.after().contentsOrThrow().customerId()))
        .bind("$6", each(placements, p -> p.change.after().status().name()))
        .bind("$7", each(placements, Placement::viewBody))
        .bind("$8", each(placements, p -> p.event.type()))
        .bind("$9", placements.stream().map(p -> p.event.schema()).toArray(Integer[]::new))
        .bind("$10", each(placements, p -> p.event.data()))
        .bind("$11", each(placements, p -> p.actor.subject()))
        .bind("$12", each(placements, p -> p.actor.client()))
        .bind("$13", each(placements, p -> p.actor.role()))
        .bind("$14", each(placements, p -> p.actor.requestId()))
        .bind("$15", each(placements, p -> p.actor.causation()));
  }

  private static @Nullable String[] each(
      List<Placement> placements, Function<Placement, @Nullable String> part) {
    return placements.stream().map(part).toArray(String[]::new);
  }
}
