package io.gatehouse.orders.reads;

import io.gatehouse.defaults.platform.Times;
import io.gatehouse.orders.reads.OrderList.Checked;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.orders.store.EventStore;
import io.gatehouse.orders.store.History;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.store.Database;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.Statement;
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
 * The view folded from the events again, page by page while it is served. A row is written while
 * its stream is locked and still at the version that was folded; where a change came in between,
 * its order is folded once more.
 */
@Component
public class ViewRebuild {
  private static final Logger log = LoggerFactory.getLogger(ViewRebuild.class);
  private static final int PAGE = 50;
  private static final UUID FIRST = new UUID(0, 0);

  private static final int ATTEMPTS = 10;

  private static final String WRITE =
      """
      select * from rebuild_views($1, $2, $3, $4, $5::text[]::timestamptz[],
                                  $6::text[]::timestamptz[], $7) as id
      """;
  private static final String STRANGERS =
      """
      with page as (select order_id from order_view where order_id > $1 order by order_id limit 1000),
      strangers as (
        select order_id from page p
        where (select s.order_id from streams s where s.order_id = p.order_id) is null)%s
      select (select order_id from page order by order_id desc limit 1) as last,
             (select count(*) from strangers)::int as strangers
      """;
  private static final String COUNT_STRANGERS = STRANGERS.formatted("");
  private static final String REMOVE_STRANGERS =
      STRANGERS.formatted(
          ", gone as (delete from order_view v using strangers s where v.order_id = s.order_id)");

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
    return run(this::findWrong).zipWith(strangers(COUNT_STRANGERS), Report::withStrangers);
  }

  /** Writes every row anew and removes strangers. */
  public Mono<Report> rebuild() {
    return run(page -> findWrong(page).delayUntil(_ -> write(page.folded(), 1)))
        .zipWhen(_ -> strangers(REMOVE_STRANGERS), Report::withStrangers);
  }

  private record Rest(@Nullable UUID last, int strangers) {}

  /** Page by page too: no statement takes longer because there are more orders. */
  private Mono<Integer> strangers(String sql) {
    return strangersAfter(FIRST, sql)
        .expand(rest -> rest.last() == null ? Mono.empty() : strangersAfter(rest.last(), sql))
        .map(Rest::strangers)
        .reduce(0, Integer::sum);
  }

  private Mono<Rest> strangersAfter(UUID id, String sql) {
    return database.queryOne(
        sql,
        statement -> statement.bind("$1", id),
        row -> new Rest(row.get("last", UUID.class), Rows.number(row, "strangers")));
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
              var live = rows.stream().collect(Collectors.toMap(one -> one.row().id(), one -> one));
              return Flux.fromIterable(page.folded())
                  .map(Folded::state)
                  .filterWhen(state -> isWrong(state, live.get(state.id())))
                  .map(OrderState::id)
                  .collectList();
            });
  }

  /** The row was read after the events: it may be ahead of them, and never of its stream. */
  private Mono<Boolean> isWrong(OrderState folded, @Nullable Checked live) {
    if (live == null
        || live.row().version() != live.streamVersion()
        || live.row().version() < folded.version()) {
      return Mono.just(true);
    }
    var row = live.row();
    return row.version() == folded.version()
        ? Mono.just(!row.equals(OrderRow.of(folded)))
        : store
            .load(folded.id(), row.version())
            .map(
                later ->
                    later.version() != row.version() || !row.equals(OrderRow.of(later.fold())));
  }

  /** Writes what was folded; orders that changed meanwhile are folded and written again. */
  private Mono<Void> write(List<Folded> page, int attempt) {
    if (page.isEmpty()) {
      return Mono.empty();
    }
    return database
        .query(
            WRITE, statement -> bind(statement, page), row -> Rows.required(row, "id", UUID.class))
        .flatMap(
            written -> {
              var changed =
                  page.stream().map(one -> one.state().id()).filter(id -> !written.contains(id));
              return attempt < ATTEMPTS
                  ? again(changed.toList()).flatMap(folded -> write(folded, attempt + 1))
                  : Mono.empty();
            });
  }

  private Mono<List<Folded>> again(List<UUID> ids) {
    return Flux.fromIterable(ids)
        .concatMap(id -> store.load(id, EventStore.MAX_VERSION))
        .map(history -> new Folded(history, history.fold()))
        .collectList();
  }

  private static void bind(Statement statement, List<Folded> page) {
    statement
        .bind("$1", page.stream().map(one -> one.state().id()).toArray(UUID[]::new))
        .bind("$2", texts(page, one -> one.history().customerId()))
        .bind("$3", texts(page, one -> one.state().order().status().name()))
        .bind("$4", page.stream().map(one -> one.state().version()).toArray(Integer[]::new))
        .bind("$5", texts(page, one -> Times.text(one.state().placedAt())))
        .bind("$6", texts(page, one -> Times.text(one.state().updatedAt())))
        .bind("$7", texts(page, one -> EventCodec.viewBody(one.state(), one.history().key())));
  }

  private static <T> String[] texts(List<T> values, Function<T, String> text) {
    return values.stream().map(text).toArray(String[]::new);
  }
}
