package io.gatehouse.orders.reads;

import io.gatehouse.orders.domain.OrderStatus;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.store.Database;
import io.gatehouse.store.Replicas;
import io.gatehouse.store.Rows;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Current orders, from the view: one by id, or newest first by customer and status. What is read at
 * once is bounded in bytes, counted before a row leaves the database.
 */
public class OrderList {
  /** Of the stored contents of a page; as JSON they are up to four times as long. */
  static final int PAGE_BYTES = 512 * 1024;

  /** Of the stored contents of the newest of several customers. */
  static final int NEWEST_BYTES = 4 * 1024 * 1024;

  private static final String COLUMNS =
      """
      select v.order_id, v.customer_id, v.status, v.version, v.placed_at, v.updated_at, v.body, c.wrapped_key
      """;

  private static final String JOIN_KEY = " left join customers c on c.customer_id = v.customer_id ";

  private static final Logger log = LoggerFactory.getLogger(OrderList.class);

  private final Database database;
  private final Replicas replicas;
  private final CustomerKeys keys;

  OrderList(Database database, Replicas replicas, CustomerKeys keys) {
    this.database = database;
    this.replicas = replicas;
    this.keys = keys;
  }

  /** Reads the primary alone. */
  public OrderList(Database database, CustomerKeys keys) {
    this(database, Replicas.none(database), keys);
  }

  /**
   * Which orders, newest first.
   *
   * @param customers whose orders; empty for everybody's
   * @param before only orders older than this one
   */
  public record Filter(
      List<String> customers, @Nullable OrderStatus status, @Nullable UUID before, int limit) {}

  /**
   * The orders that were found, as many as may be read at once.
   *
   * @param more true when others follow, beyond the limit or the bytes
   */
  public record Found(List<OrderRow> orders, boolean more) {}

  public Mono<OrderRow> find(UUID id) {
    return database.queryOne(
        COLUMNS + "from order_view v" + JOIN_KEY + "where v.order_id = $1",
        statement -> statement.bind("$1", id),
        this::read);
  }

  /** A row beside the version that its stream had at that moment: both change together. */
  record Checked(OrderRow row, int streamVersion) {}

  /** Those of these orders that have a row which can be read. */
  Mono<List<Checked>> readable(List<UUID> ids) {
    return database
        .query(
            COLUMNS
                + ", s.version as stream_version from order_view v"
                + " join streams s on s.order_id = v.order_id"
                + JOIN_KEY
                + "where v.order_id = any($1)",
            statement -> statement.bind("$1", ids.toArray(UUID[]::new)),
            this::readIfPossible)
        .map(rows -> rows.stream().flatMap(Optional::stream).toList());
  }

  private Optional<Checked> readIfPossible(Readable row) {
    try {
      return Optional.of(new Checked(read(row), Rows.number(row, "stream_version")));
    } catch (RuntimeException broken) {
      log.warn("the view's row of order {} cannot be read", row.get("order_id"), broken);
      return Optional.empty();
    }
  }

  /** A page: keyset over the id, whose time is the order's. */
  public Mono<Found> page(Filter filter) {
    return run(pageOf(filter), filter.limit());
  }

  /** The newest of each customer, customers in the order given. */
  public Mono<Found> newestOfEach(Filter filter) {
    return run(newestOf(filter), Integer.MAX_VALUE);
  }

  /** Asks for one order more than the limit, to know whether there is one. */
  static Sql pageOf(Filter filter) {
    var sql = new Sql();
    var limit = sql.bind(filter.limit() + 1);
    var matching = sql.conditions(filter) + " order by v.order_id desc limit " + limit;
    var page =
        filter.customers().isEmpty()
            ? "select * from order_view v where true" + matching
            : "select v.* from unnest("
                + sql.bind(filter.customers().toArray(String[]::new))
                + ") wanted cross join lateral (select * from order_view v"
                + " where v.customer_id = wanted"
                + matching
                + ") v order by v.order_id desc limit "
                + limit;
    return sql.bounded(page, "order_id desc", PAGE_BYTES);
  }

  static Sql newestOf(Filter filter) {
    var sql = new Sql();
    var customers = sql.bind(filter.customers().toArray(String[]::new));
    var newest =
        "select v.*, wanted.place from unnest("
            + customers
            + ") with ordinality wanted(id, place) cross join lateral"
            + " (select * from order_view v where v.customer_id = wanted.id"
            + sql.conditions(filter)
            + " order by v.order_id desc limit "
            + sql.bind(filter.limit())
            + ") v";
    return sql.bounded(newest, "place, order_id desc", NEWEST_BYTES);
  }

  private record Counted(OrderRow row, long found) {}

  private Mono<Found> run(Sql sql, int limit) {
    return replicas
        .query(
            sql.text(),
            sql::bindTo,
            row -> new Counted(read(row), Rows.required(row, "found", Long.class)))
        .map(
            rows -> {
              var found = rows.isEmpty() ? 0 : rows.getFirst().found();
              var shown = rows.stream().limit(limit).map(Counted::row).toList();
              return new Found(shown, found > shown.size());
            });
  }

  /** A statement that is put together, with the values for its numbered parameters. */
  static final class Sql {
    private final List<Object> values = new ArrayList<>();
    private String text = "";

    /**
     * Of these rows in this order those that begin within so many bytes, so at least the first; and
     * how many there were.
     */
    Sql bounded(String rows, String order, int bytes) {
      text =
          COLUMNS
              + ", v.found from (select p.*, count(*) over () as found,"
              + " sum(octet_length(p.body)) over (order by "
              + order
              + ") - octet_length(p.body) as bytes_before from ("
              + rows
              + ") p) v"
              + JOIN_KEY
              + "where v.bytes_before < "
              + bind(bytes)
              + " order by "
              + Stream.of(order.split(", ")).map("v."::concat).collect(Collectors.joining(", "));
      return this;
    }

    String text() {
      return text;
    }

    String bind(Object value) {
      values.add(value);
      return "$" + values.size();
    }

    String conditions(Filter filter) {
      return (filter.status() == null ? "" : " and v.status = " + bind(filter.status().name()))
          + (filter.before() == null ? "" : " and v.order_id < " + bind(filter.before()));
    }

    void bindTo(Statement statement) {
      for (var i = 0; i < values.size(); i++) {
        statement.bind(i, values.get(i));
      }
    }
  }

  private OrderRow read(Readable row) {
    var id = Rows.required(row, "order_id", UUID.class);
    var customer = Rows.text(row, "customer_id");
    return new OrderRow(
        id,
        Rows.number(row, "version"),
        Rows.text(row, "status"),
        EventCodec.contents(id, customer, Rows.text(row, "body"), keys.of(row, customer)),
        Rows.required(row, "placed_at", Instant.class),
        Rows.required(row, "updated_at", Instant.class));
  }
}
