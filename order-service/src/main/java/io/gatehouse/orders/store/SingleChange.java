package io.gatehouse.orders.store;

import io.gatehouse.orders.store.EventCodec.Stored;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One order's one event and its view, as {@code place_orders} and {@code change_orders} take them.
 */
record SingleChange(
    Change change, Actor actor, @Nullable RequestKey request, Stored event, String viewBody) {
  /** For new orders. */
  static final String PLACE =
      "select * from place_orders($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)";

  /** For orders that there are. */
  static final String CHANGE =
      "select * from change_orders($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)";

  /** The status that {@code change_orders} remembers with a key. */
  private static final int CHANGED = 200;

  static SingleChange of(Change change, Actor actor, @Nullable RequestKey request) {
    return new SingleChange(
        change,
        actor,
        request,
        EventCodec.encode(change.orderId(), change.events().getFirst(), change.key()),
        AppendCall.viewBody(change));
  }

  /** True when {@code place_orders} can take it. */
  static boolean places(Change change) {
    return change.expectedVersion() == 0 && change.events().size() == 1;
  }

  /** True when {@code change_orders} can take it. */
  static boolean changes(List<Change> changes, int status) {
    return changes.size() == 1
        && changes.getFirst().expectedVersion() > 0
        && changes.getFirst().events().size() == 1
        && status == CHANGED;
  }

  /**
   * What must not be under way twice: in one call the database would take both for the first, in
   * another it would only say that somebody works on it.
   */
  List<Object> onceAtATime() {
    return request == null
        ? List.of(change.orderId())
        : List.of(change.orderId(), List.of(request.caller(), request.key()));
  }

  static void bindChanges(Statement statement, List<SingleChange> changes) {
    bind(statement, changes);
    statement.bind(
        "$16", changes.stream().map(c -> c.change.expectedVersion()).toArray(Integer[]::new));
  }

  static void bind(Statement statement, List<SingleChange> changes) {
    statement
        .bind("$1", each(changes, c -> c.request == null ? null : c.request.caller()))
        .bind("$2", each(changes, c -> c.request == null ? null : c.request.key()))
        .bind("$3", each(changes, c -> c.request == null ? null : c.request.fingerprint()))
        .bind("$4", changes.stream().map(c -> c.change.orderId()).toArray(UUID[]::new))
        .bind("$5", each(changes, c -> c.change.after().contentsOrThrow().customerId()))
        .bind("$6", each(changes, c -> c.change.after().status().name()))
        .bind("$7", each(changes, SingleChange::viewBody))
        .bind("$8", each(changes, c -> c.event.type()))
        .bind("$9", changes.stream().map(c -> c.event.schema()).toArray(Integer[]::new))
        .bind("$10", each(changes, c -> c.event.data()))
        .bind("$11", each(changes, c -> c.actor.subject()))
        .bind("$12", each(changes, c -> c.actor.client()))
        .bind("$13", each(changes, c -> c.actor.role()))
        .bind("$14", each(changes, c -> c.actor.requestId()))
        .bind("$15", each(changes, c -> c.actor.causation()));
  }

  private static @Nullable String[] each(
      List<SingleChange> changes, Function<SingleChange, @Nullable String> part) {
    return changes.stream().map(part).toArray(String[]::new);
  }
}
