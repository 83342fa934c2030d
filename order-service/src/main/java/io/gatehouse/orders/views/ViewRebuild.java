package io.gatehouse.orders.views;

import io.gatehouse.orders.store.Database;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.orders.store.Rows;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The view folded from the events again, page by page while it is served: a row gives way only to
 * the same version or a later one, so a change that comes in between wins.
 */
@Component
public class ViewRebuild {
  private static final int PAGE = 200;
  private static final UUID FIRST = new UUID(0, 0);

  private static final String WRITE =
      """
      insert into order_view as v
      select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int[],
                           $5::text[]::timestamptz[], $6::text[]::timestamptz[], $7::text[])
      on conflict (order_id) do update set customer_id = excluded.customer_id,
        status = excluded.status, version = excluded.version, placed_at = excluded.placed_at,
        updated_at = excluded.updated_at, body = excluded.body
      where v.version <= excluded.version
        or v.version > (select s.version from streams s where s.order_id = v.order_id)
      """;
  private static final String STRANGERS =
      "from order_view v where not exists (select from streams s where s.order_id = v.order_id)";

  private final EventStore store;
  private final OrderList view;
  private final Database database;

  public ViewRebuild(EventStore store, OrderList view, Database database) {
    this.store = store;
    this.view = view;
    this.database = database;
  }

  /**
   * What a run came upon.
   *
   * @param wrong rows that are missing, stale or different from the fold of their events
   * @param strangers rows of orders that never were
   */
  public record Report(long orders, long events, long wrong, long strangers, List<UUID> examples) {
    static final Report NOTHING = new Report(0, 0, 0, 0, List.of());

    Report plus(List<History> page, List<UUID> wrongHere) {
      return new Report(
          orders + page.size(),
          events + page.stream().mapToLong(History::version).sum(),
          wrong + wrongHere.size(),
          strangers,
          Stream.concat(examples.stream(), wrongHere.stream()).limit(20).toList());
    }

    Report withStrangers(int found) {
      return new Report(orders, events, wrong, found, examples);
    }
  }

  /** Compares every row with the fold of its order's events; changes nothing. */
  public Mono<Report> check() {
    return run(this::findWrong)
        .zipWith(count("select count(*)::int as n " + STRANGERS), Report::withStrangers);
  }

  /** Writes every row anew and removes strangers. */
  public Mono<Report> rebuild() {
    return run(page -> findWrong(page).delayUntil(_ -> write(page)))
        .zipWhen(
            _ ->
                count(
                    "with gone as (delete "
                        + STRANGERS
                        + " returning 1) select count(*)::int as n from gone"),
            Report::withStrangers);
  }

  private Mono<Integer> count(String sql) {
    return database.queryOne(sql, _ -> {}, row -> Rows.number(row, "n"));
  }

  private Mono<Report> run(Function<List<History>, Mono<List<UUID>>> work) {
    return store
        .page(FIRST, PAGE)
        .expand(page -> page.isEmpty() ? Mono.empty() : store.page(page.getLast().orderId(), PAGE))
        .concatMap(page -> work.apply(page).map(wrong -> Map.entry(page, wrong)), 1)
        .reduce(Report.NOTHING, (report, done) -> report.plus(done.getKey(), done.getValue()));
  }

  private Mono<List<UUID>> findWrong(List<History> page) {
    if (page.isEmpty()) {
      return Mono.just(List.of());
    }
    return view.byIds(page.stream().map(History::orderId).toList())
        .flatMap(
            rows -> {
              var live = rows.stream().collect(Collectors.toMap(OrderState::id, row -> row));
              return Flux.fromIterable(page)
                  .filterWhen(history -> isWrong(history, live.get(history.orderId())))
                  .map(History::orderId)
                  .collectList();
            });
  }

  /** The row was read after the events: it may be ahead of them, never behind. */
  private Mono<Boolean> isWrong(History history, @Nullable OrderState row) {
    if (row == null || row.version() < history.version()) {
      return Mono.just(true);
    }
    return row.version() == history.version()
        ? Mono.just(!row.equals(history.fold()))
        : store
            .load(history.orderId(), row.version())
            .map(later -> later.version() != row.version() || !row.equals(later.fold()));
  }

  private Mono<List<Boolean>> write(List<History> page) {
    if (page.isEmpty()) {
      return Mono.just(List.of());
    }
    var states = page.stream().map(History::fold).toList();
    return database.query(
        WRITE,
        statement ->
            statement
                .bind("$1", states.stream().map(OrderState::id).toArray(UUID[]::new))
                .bind("$2", texts(page, History::customerId))
                .bind("$3", texts(states, state -> state.order().status().name()))
                .bind("$4", states.stream().map(OrderState::version).toArray(Integer[]::new))
                .bind("$5", texts(states, state -> Times.format(state.placedAt())))
                .bind("$6", texts(states, state -> Times.format(state.updatedAt())))
                .bind("$7", texts(page, EventCodec::viewBody)),
        _ -> true);
  }

  private static <T> String[] texts(List<T> values, Function<T, String> text) {
    return values.stream().map(text).toArray(String[]::new);
  }
}
