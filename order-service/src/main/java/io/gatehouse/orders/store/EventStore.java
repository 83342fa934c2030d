package io.gatehouse.orders.store;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.orders.store.Appended.Head;
import io.gatehouse.orders.store.RequestKey.Answer;
import io.gatehouse.store.Database;
import io.gatehouse.store.Replicas;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Orders as streams of events. An append is one call of one function, all or nothing; a load is one
 * statement.
 */
@Component
public class EventStore {
  /** At most so many events an order by commands. */
  public static final int MAX_EVENTS = 1000;

  /** The destruction of personal data adds its receipt, and a cancellation, to a full order too. */
  public static final int MAX_VERSION = MAX_EVENTS + 2;

  /**
   * The events of the stream {@code s} up to a version, as one row. Of changes of the items only
   * the last is gathered: each replaces them all, and may be large. The others are counted, so that
   * none can be missing, and whatever is not known to be pointless is gathered too. Only events of
   * which an order has few come after the last change, so finding it from behind takes few steps.
   */
  private static final String EVENTS =
      """
      cross join lateral (
        select max(e.version) as version, min(e.at) as placed_at, max(e.at) as updated_at,
               (count(*) filter (where e.type = 'ItemsChanged' and e.schema = 1
                                   and e.version < l.version))::integer as passed_over,
               string_agg(case when e.schema = 1 then e.type || e.data
                               else e.type || '.' || e.schema || e.data end,
                          chr(30) order by e.version)
                 filter (where e.type <> 'ItemsChanged' or e.schema <> 1
                           or e.version >= l.version) as packed
        from events e
        cross join (select coalesce(
                      (select version from events
                       where order_id = s.order_id and version <= %1$s
                         and type = 'ItemsChanged' and schema = 1
                       order by version desc limit 1), 0) as version) l
        where e.order_id = s.order_id and e.version <= %1$s) e
      """;

  private static final String LOAD =
      """
      select s.customer_id, s.version as last_version, c.wrapped_key,
             i.fingerprint, i.status, i.order_ids, i.versions, e.*
      from streams s
      left join customers c on c.customer_id = s.customer_id
      left join idempotency i
        on i.caller = $2 and i.key = $3 and i.created_at > now() - interval '24 hours'
      %s
      where s.order_id = $1
      """
          .formatted(EVENTS.formatted("$4"));

  private static final String ANSWER =
      """
      select fingerprint, status, order_ids, versions from idempotency
      where caller = $1 and key = $2 and created_at > now() - interval '24 hours'
      """;

  private static final String PAGE =
      """
      select s.order_id, s.customer_id, s.version as last_version, c.wrapped_key, e.*
      from (select * from streams where order_id > $1 order by order_id limit $2) s
      left join customers c on c.customer_id = s.customer_id
      %s
      order by s.order_id
      """
          .formatted(EVENTS.formatted(MAX_VERSION));

  private static final String LOAD_AS_OF =
      """
      select a.*, 0 as passed_over, c.wrapped_key
      from order_as_of($1, $2) a left join customers c on c.customer_id = a.customer_id
      """;

  private final Database database;
  private final CustomerKeys keys;
  private final GroupedCalls placements;
  private final GroupedCalls singleChanges;

  public EventStore(Database database, CustomerKeys keys) {
    this.database = database;
    this.keys = keys;
    this.placements = new GroupedCalls(database, SingleChange.PLACE, SingleChange::bind);
    this.singleChanges = new GroupedCalls(database, SingleChange.CHANGE, SingleChange::bindChanges);
  }

  /**
   * Appends a new order's first event and remembers its key's answer, 201, with it. Shares a
   * transaction with those that others place at the same time, but not their fate.
   */
  public Mono<Appended> place(Change change, Actor actor, @Nullable RequestKey request) {
    if (!SingleChange.places(change)) {
      throw new IllegalArgumentException("not a new order's first event alone");
    }
    return placements
        .call(SingleChange.of(change, actor, request))
        .map(row -> toAppended(List.of(row), List.of(change)));
  }

  /**
   * Appends the changes, all or nothing, and remembers the key's answer with them. One event of one
   * order shares a transaction with those that others append at the same time, but not their fate.
   *
   * @param changes in ascending order of their ids, so that batches cannot deadlock
   * @param status of the answer to remember
   */
  public Mono<Appended> append(
      List<Change> changes, Actor actor, @Nullable RequestKey request, int status) {
    var alone = Mono.defer(() -> appendAlone(changes, actor, request, status));
    if (!SingleChange.changes(changes, status)) {
      return alone;
    }
    return singleChanges
        .call(SingleChange.of(changes.getFirst(), actor, request))
        .flatMap(
            row ->
                row.outcome().equals("BUSY") ? alone : Mono.just(toAppended(List.of(row), changes)))
        // Both calls together take no longer than one may.
        .timeout(
            database.answerTimeout(),
            Mono.error(() -> ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)));
  }

  /** Shares the call with nobody, and waits for whoever holds one of the orders. */
  private Mono<Appended> appendAlone(
      List<Change> changes, Actor actor, @Nullable RequestKey request, int status) {
    return database
        .query(
            AppendCall.APPEND,
            statement -> AppendCall.bind(statement, changes, actor, request, status),
            AppendCall.Outcome::from)
        .map(rows -> toAppended(rows, changes))
        .onErrorResume(R2dbcException.class, EventStore::ofBatch);
  }

  /**
   * Appends one order's change and moves the checkpoint of the feed that brought it about, both or
   * neither.
   *
   * @throws R2dbcException with SQLSTATE GH003 when somebody else moved the checkpoint
   */
  public Mono<Appended> append(Change change, Actor actor, Checkpoint following) {
    var changes = List.of(change);
    return database
        .query(
            AppendCall.APPEND_FOLLOWING,
            statement -> {
              AppendCall.bind(statement, changes, actor, null, 200);
              statement
                  .bind("$19", following.feed())
                  .bind("$20", following.position())
                  .bind("$21", following.stream());
            },
            AppendCall.Outcome::from)
        .map(rows -> toAppended(rows, changes))
        .onErrorResume(R2dbcException.class, EventStore::ofBatch);
  }

  /** What the key was answered within its 24 hours. */
  public Mono<Answer> answerTo(RequestKey request) {
    return database.queryOne(
        ANSWER,
        statement -> statement.bind("$1", request.caller()).bind("$2", request.key()),
        row ->
            Rows.required(
                AppendCall.answer(row, "fingerprint", "status", "order_ids", "versions")));
  }

  /** The order's events up to its last one and, when a key is given, what it was answered. */
  public Mono<History> load(UUID orderId, @Nullable RequestKey request) {
    return load(orderId, MAX_VERSION, request);
  }

  /** The order's events up to this version, or to its last one when that is lower. */
  public Mono<History> load(UUID orderId, int version) {
    return load(orderId, version, null);
  }

  /**
   * The order's events up to this time, inclusive. The answer is final: whoever is about to append
   * is waited for.
   */
  public Mono<History> loadAsOf(UUID orderId, Instant time) {
    return database.queryOne(
        LOAD_AS_OF,
        statement -> statement.bind("$1", orderId).bind("$2", time),
        row -> {
          if (Rows.required(row, "future", Boolean.class)) {
            throw ApiException.invalid("asOf", "must not be in the future");
          }
          return history(orderId, row, null);
        });
  }

  /** Orders in order of their ids, each with all its events: for folding everything again. */
  public Mono<List<History>> page(UUID after, int limit) {
    return database.query(
        PAGE,
        statement -> statement.bind("$1", after).bind("$2", limit),
        row -> history(Rows.required(row, "order_id", UUID.class), row, null));
  }

  /** The same, for whoever only reads, from a replica that is as new as this question. */
  public Mono<History> loadFrom(Replicas replicas, UUID orderId, int version) {
    return replicas.queryOne(
        LOAD, statement -> bind(statement, orderId, version, null), row -> loaded(orderId, row));
  }

  private Mono<History> load(UUID orderId, int version, @Nullable RequestKey request) {
    return database.queryOne(
        LOAD, statement -> bind(statement, orderId, version, request), row -> loaded(orderId, row));
  }

  private static void bind(
      Statement statement, UUID orderId, int version, @Nullable RequestKey request) {
    statement.bind("$1", orderId).bind("$4", version);
    AppendCall.bindNullable(
        statement, "$2", request == null ? null : request.caller(), String.class);
    AppendCall.bindNullable(statement, "$3", request == null ? null : request.key(), String.class);
  }

  private History loaded(UUID orderId, Readable row) {
    return history(
        orderId, row, AppendCall.answer(row, "fingerprint", "status", "order_ids", "versions"));
  }

  private History history(UUID orderId, Readable row, @Nullable Answer earlier) {
    var customer = Rows.text(row, "customer_id");
    var version = row.get("version", Integer.class);
    var packed = row.get("packed", String.class);
    return new History(
        orderId,
        customer,
        Rows.number(row, "last_version"),
        version == null ? 0 : version,
        row.get("placed_at", Instant.class),
        row.get("updated_at", Instant.class),
        packed == null ? "" : packed,
        Rows.number(row, "passed_over"),
        keys.of(row, customer),
        earlier);
  }

  private Appended toAppended(List<AppendCall.Outcome> rows, List<Change> changes) {
    var first = rows.getFirst();
    return switch (first.outcome()) {
      case "APPENDED" ->
          new Appended.Done(
              rows.stream().map(row -> new Head(row.orderId(), row.updatedAt())).toList());
      case "CONFLICT" -> new Appended.Conflict();
      case "IN_PROGRESS" -> new Appended.InProgress();
      case "CLOSED" -> gone(changes);
      case "REPLAY" -> new Appended.Answered(first.answer());
      default -> throw new IllegalStateException("the database answered " + first.outcome());
    };
  }

  private Appended gone(List<Change> changes) {
    changes.forEach(change -> keys.forget(change.after().contentsOrThrow().customerId()));
    return new Appended.CustomerGone();
  }

  /** A batch that failed at a later order was undone by raising. */
  private static Mono<Appended> ofBatch(R2dbcException raised) {
    var state = raised.getSqlState();
    return "GH001".equals(state)
        ? Mono.just(new Appended.Conflict())
        : "GH002".equals(state) ? Mono.just(new Appended.CustomerGone()) : Mono.error(raised);
  }
}
