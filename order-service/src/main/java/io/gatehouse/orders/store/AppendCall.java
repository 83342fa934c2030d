package io.gatehouse.orders.store;

import io.gatehouse.orders.store.RequestKey.Answer;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The call of {@code append_events}: its parameters, and what it answers. */
final class AppendCall {
  static final String APPEND =
      "select * from append_events("
          + "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)";

  static final String APPEND_FOLLOWING =
      "select * from append_following($19,$20,$21,($5::uuid[])[1],"
          + "$1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18)";

  private AppendCall() {}

  static void bind(
      Statement statement,
      List<Change> changes,
      Actor actor,
      @Nullable RequestKey request,
      int status) {
    var types = new ArrayList<String>(changes.size());
    var schemas = new ArrayList<Integer>(changes.size());
    var data = new ArrayList<String>(changes.size());
    for (var change : changes) {
      for (var event : change.events()) {
        var stored = EventCodec.encode(change.orderId(), event, change.key());
        types.add(stored.type());
        schemas.add(stored.schema());
        data.add(stored.data());
      }
    }
    bindNullable(statement, "$1", request == null ? null : request.caller(), String.class);
    bindNullable(statement, "$2", request == null ? null : request.key(), String.class);
    bindNullable(statement, "$3", request == null ? null : request.fingerprint(), String.class);
    statement
        .bind("$4", (short) status)
        .bind("$5", changes.stream().map(Change::orderId).toArray(UUID[]::new))
        .bind("$6", changes.stream().map(Change::expectedVersion).toArray(Integer[]::new))
        .bind("$7", each(changes, change -> change.after().contentsOrThrow().customerId()))
        .bind("$8", each(changes, change -> change.after().status().name()))
        .bind("$9", each(changes, AppendCall::viewBody))
        .bind("$10", changes.stream().map(change -> change.events().size()).toArray(Integer[]::new))
        .bind("$11", types.toArray(String[]::new))
        .bind("$12", schemas.toArray(Integer[]::new))
        .bind("$13", data.toArray(String[]::new))
        .bind("$14", actor.subject())
        .bind("$15", actor.client())
        .bind("$16", actor.role())
        .bind("$17", actor.requestId())
        .bind("$18", actor.causation());
  }

  static String viewBody(Change change) {
    return EventCodec.encode(change.orderId(), change.after().contentsOrThrow(), change.key());
  }

  private static String[] each(List<Change> changes, Function<Change, String> part) {
    return changes.stream().map(part).toArray(String[]::new);
  }

  /** One row that this function, {@code place_orders} and {@code change_orders} answer. */
  record Outcome(
      String outcome, @Nullable UUID order, @Nullable Instant updated, @Nullable Answer earlier) {

    static Outcome from(Readable row) {
      return new Outcome(
          Rows.text(row, "outcome"),
          row.get("order_id", UUID.class),
          row.get("updated_at", Instant.class),
          AppendCall.answer(
              row, "answer_fingerprint", "answer_status", "answer_orders", "answer_versions"));
    }

    UUID orderId() {
      return Rows.required(order);
    }

    Instant updatedAt() {
      return Rows.required(updated);
    }

    Answer answer() {
      return Rows.required(earlier);
    }
  }

  static @Nullable Answer answer(
      Readable row, String fingerprint, String status, String orders, String versions) {
    var known = row.get(fingerprint, String.class);
    return known == null
        ? null
        : new Answer(
            known,
            Rows.number(row, status),
            List.of(Rows.required(row.get(orders, UUID[].class))),
            List.of(Rows.required(row.get(versions, Integer[].class))));
  }

  static <T> void bindNullable(Statement statement, String name, @Nullable T value, Class<T> type) {
    if (value == null) {
      statement.bindNull(name, type);
    } else {
      statement.bind(name, value);
    }
  }
}
