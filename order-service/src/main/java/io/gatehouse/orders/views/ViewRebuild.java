package io.gatehouse.orders.views;

import io.gatehouse.orders.store.Database;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.orders.store.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The view folded from the events again, page by page while it is served: a row gives way only to
 * the same version or a later one, so a change that comes in between wins.
 */
@Component
public class ViewRebuild {
  private static final Logger log = LoggerFactory.getLogger(ViewRebuild.class);
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
   * @param unreadable orders whose events cannot be folded, with their rows left as they are
   * @param strangers rows of orders that never were
   * @param examples of orders that are wrong or unreadable
   */
  public record Report(
      long orders, long events, long wrong, long unreadable, long strangers, List<UUID> examples) {
    static final Report NOTHING = new Report(0, 0, 0, 0, 0, List.of());

    private Report plus(Page page, List<UUID> wrongHere) {
      return new Report(
          orders + page.folded().size() + page.unreadable().size(),
          events + page.folded().stream().mapToLong(one -> one.state().version()).sum(),
          wrong + wrongHere.size(),
          unreadable + page.unreadable().size(),
          strangers,
          Stream.of(examples, wrongHere, page.unreadable())
              .flatMap(List::stream)
              .limit(20)
              .toList());
    }

    Report withStrangers(int found) {
      return new Report(orders, events, wrong, unreadable, found, examples);
    }
  }

  private record Folded(History history, OrderState state) {}

  /** Orders in a row; one whose history is broken is named and holds none of the others up. */
  private record Page(List<Folded> folded, List<UUID> unreadable) {

    static Page of(List<History> histories) {
      var folded = new ArrayList<Folded>(histories.size());
      var unreadable = new ArrayList<UUID>();
      for (var history : histories) {
        try {
          folded.add(new Folded(history, history.fold()));
        } catch (RuntimeException broken) {
          log.error("order {} cannot be folded", history.orderId(), broken);
          unreadable.add(history.orderId());
        }
      }
      return new Page(folded, unreadable);
    }
  }

  /** Compares every row with the fold of its order's events; changes nothing. */
  public Mono<Report> check() {
    return run(this::findWrong)
        .zipWith(count("select count(*)::int as n " + STRANGERS), Report::withStrangers);
  }

  /** Writes every row anew and removes strangers. */
  public Mono<Report> rebuild() {
    return run(page -> findWrong(page).delayUntil(_ -> write(page.folded())))
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

  private Mono<Report> run(Function<Page, Mono<List<UUID>>> work) {
    return store
        .page(FIRST, PAGE)
        .expand(page -> page.isEmpty() ? Mono.empty() : store.page(page.getLast().orderId(), PAGE))
        .map(Page::of)
        .concatMap(page -> work.apply(page).map(wrong -> Map.entry(page, wrong)), 1)
        .reduce(Report.NOTHING, (report, done) -> report.plus(done.getKey(), done.getValue()));
  }

  private Mono<List<UUID>> findWrong(Page page) {
    if (page.folded().isEmpty()) {
      return Mono.just(List.of());
    }
    return view.readable(page.folded().stream().map(one -> one.state().id()).toList())
        .flatMap(
            rows -> {
              var live = rows.stream().collect(Collectors.toMap(OrderState::id, row -> row));
              return Flux.fromIterable(page.folded())
                  .map(Folded::state)
                  .filterWhen(state -> isWrong(state, live.get(state.id())))
                  .map(OrderState::id)
                  .collectList();
            });
  }

  /** The row was read after the events: it may be ahead of them, never behind. */
  private Mono<Boolean> isWrong(OrderState folded, @Nullable OrderState row) {
    if (row == null || row.version() < folded.version()) {
      return Mono.just(true);
    }
    return row.version() == folded.version()
        ? Mono.just(!row.equals(folded))
        : store
            .load(folded.id(), row.version())
            .map(later -> later.version() != row.version() || !row.equals(later.fold()));
  }

  private Mono<List<Boolean>> write(List<Folded> page) {
    if (page.isEmpty()) {
      return Mono.just(List.of());
    }
    return database.query(
        WRITE,
        statement ->
            statement
                .bind("$1", page.stream().map(one -> one.state().id()).toArray(UUID[]::new))
                .bind("$2", texts(page, one -> one.history().customerId()))
                .bind("$3", texts(page, one -> one.state().order().status().name()))
                .bind("$4", page.stream().map(one -> one.state().version()).toArray(Integer[]::new))
                .bind("$5", texts(page, one -> Times.format(one.state().placedAt())))
                .bind("$6", texts(page, one -> Times.format(one.state().updatedAt())))
                .bind(
                    "$7",
                    texts(page, one -> EventCodec.viewBody(one.state(), one.history().key()))),
        _ -> true);
  }

  private static <T> String[] texts(List<T> values, Function<T, String> text) {
    return values.stream().map(text).toArray(String[]::new);
  }
}
