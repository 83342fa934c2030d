package io.gatehouse.orders.views;

import io.gatehouse.orders.domain.Order;
import io.gatehouse.orders.domain.Order.Cancelled;
import io.gatehouse.orders.domain.Order.Delivered;
import io.gatehouse.orders.domain.Order.Paid;
import io.gatehouse.orders.domain.Order.Placed;
import io.gatehouse.orders.domain.Order.Shipped;
import io.gatehouse.orders.domain.OrderStatus;
import io.gatehouse.orders.store.CustomerKeys;
import io.gatehouse.orders.store.Database;
import io.gatehouse.orders.store.EventCodec;
import io.gatehouse.orders.store.OrderState;
import io.gatehouse.orders.store.Rows;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/** Current orders, from the view: one by id, or newest first by customer and status. */
@Component
public class OrderList {
  private static final String COLUMNS =
      """
      select v.order_id, v.customer_id, v.status, v.version, v.placed_at, v.updated_at, v.body, c.wrapped_key
      """;

  private static final String JOIN_KEY = " left join customers c on c.customer_id = v.customer_id ";

  private static final Logger log = LoggerFactory.getLogger(OrderList.class);

  private final Database database;
  private final CustomerKeys keys;

  public OrderList(Database database, CustomerKeys keys) {
    this.database = database;
    this.keys = keys;
  }

  /**
   * Which orders, newest first.
   *
   * @param customers whose orders; empty for everybody's
   * @param before only orders older than this one
   */
  public record Filter(
      List<String> customers, @Nullable OrderStatus status, @Nullable UUID before, int limit) {}

  public Mono<OrderState> find(UUID id) {
    return database.queryOne(
        COLUMNS + "from order_view v" + JOIN_KEY + "where v.order_id = $1",
        statement -> statement.bind("$1", id),
        this::read);
  }

  /** Those of these orders that have a row which can be read. */
  Mono<List<OrderState>> readable(List<UUID> ids) {
    return database
        .query(
            COLUMNS + "from order_view v" + JOIN_KEY + "where v.order_id = any($1)",
            statement -> statement.bind("$1", ids.toArray(UUID[]::new)),
            this::readIfPossible)
        .map(rows -> rows.stream().flatMap(Optional::stream).toList());
  }

  private Optional<OrderState> readIfPossible(Row row) {
    try {
      return Optional.of(read(row));
    } catch (RuntimeException broken) {
      log.warn("the view's row of order {} cannot be read", row.get("order_id"), broken);
      return Optional.empty();
    }
  }

  /** A page: keyset over the id, whose time is the order's. */
  public Mono<List<OrderState>> page(Filter filter) {
    return run(pageOf(filter));
  }

  /** The newest of each customer, customers in the order given. */
  public Mono<List<OrderState>> newestOfEach(Filter filter) {
    return run(newestOf(filter));
  }

  static Sql pageOf(Filter filter) {
    var sql = new Sql();
    var limit = sql.bind(filter.limit());
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
    return sql.text(COLUMNS + "from (" + page + ") v" + JOIN_KEY + "order by v.order_id desc");
  }

  static Sql newestOf(Filter filter) {
    var sql = new Sql();
    var customers = sql.bind(filter.customers().toArray(String[]::new));
    return sql.text(
        COLUMNS
            + "from unnest("
            + customers
            + ") with ordinality wanted(id, place) cross join lateral"
            + " (select * from order_view v where v.customer_id = wanted.id"
            + sql.conditions(filter)
            + " order by v.order_id desc limit "
            + sql.bind(filter.limit())
            + ") v"
            + JOIN_KEY
            + "order by wanted.place, v.order_id desc");
  }

  private Mono<List<OrderState>> run(Sql sql) {
    return database.query(sql.text(), sql::bindTo, this::read);
  }

  /** A statement that is put together, with the values for its numbered parameters. */
  static final class Sql {
    private final List<Object> values = new ArrayList<>();
    private String text = "";

    Sql text(String whole) {
      text = whole;
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

  private OrderState read(Row row) {
    var id = Rows.required(row, "order_id", UUID.class);
    var customer = Rows.text(row, "customer_id");
    var contents =
        EventCodec.contents(id, customer, Rows.text(row, "body"), keys.of(row, customer));
    Order order =
        switch (OrderStatus.valueOf(Rows.text(row, "status"))) {
          case PLACED -> new Placed(contents);
          case PAID -> new Paid(contents);
          case SHIPPED -> new Shipped(contents);
          case DELIVERED -> new Delivered(contents);
          case CANCELLED -> new Cancelled(contents);
        };
    return new OrderState(
        id,
        Rows.number(row, "version"),
        order,
        Rows.required(row, "placed_at", Instant.class),
        Rows.required(row, "updated_at", Instant.class));
  }
}
