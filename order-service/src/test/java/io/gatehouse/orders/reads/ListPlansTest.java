package io.gatehouse.orders.reads;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.orders.domain.OrderStatus;
import io.gatehouse.orders.reads.OrderList.Filter;
import io.gatehouse.orders.reads.OrderList.Sql;
import io.gatehouse.store.Database;
import io.gatehouse.testing.TestPostgres;
import io.r2dbc.spi.ConnectionFactories;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lists cost what they show, however many orders there are and however deep the page lies. */
class ListPlansTest {
  private static final int LIMIT = 20;
  private static final UUID DEEP = UUID.fromString("01900000-0000-7000-8000-000000006000");
  private static final Pattern READ =
      Pattern.compile(
          "(Scan[^(]* on order_view|Scan using \\S+ on order_view).*actual rows=(\\d+)");
  private static final Pattern WASTED = Pattern.compile("Rows Removed by Filter: (\\d+)");
  private static final TestPostgres.Database POSTGRES = TestPostgres.newDatabase();
  private static final Database DATABASE =
      new Database(
          ConnectionFactories.get(
              "r2dbc:postgresql://%s:%s@%s:%d/%s?options=enable_bitmapscan%%3Doff"
                  .formatted(
                      POSTGRES.user(),
                      POSTGRES.password(),
                      POSTGRES.host(),
                      POSTGRES.port(),
                      POSTGRES.name())));

  /** 30 000 orders of 300 customers, a third of them one customer's; every third is paid. */
  @BeforeAll
  static void seed() throws SQLException {
    Flyway.configure()
        .dataSource(POSTGRES.jdbcUrl(), POSTGRES.user(), POSTGRES.password())
        .load()
        .migrate();
    try (var connection =
            DriverManager.getConnection(POSTGRES.jdbcUrl(), POSTGRES.user(), POSTGRES.password());
        var statement = connection.createStatement()) {
      statement.execute(
          """
          insert into order_view
          select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
                 'customer-' || case when n % 3 = 0 then 7 else n % 300 end,
                 (array['PLACED', 'PAID', 'SHIPPED'])[1 + n / 3 % 3], 1, now(), now(), '{}'
          from generate_series(1, 30000) n
          """);
      statement.execute(
          "insert into customers select 'customer-' || n from generate_series(0, 299) n");
      statement.execute("analyze");
    }
  }

  static List<Sql> lists() {
    var one = List.of("customer-7");
    var several = List.of("customer-7", "customer-8", "customer-9");
    return List.of(
        OrderList.pageOf(new Filter(List.of(), null, null, LIMIT)),
        OrderList.pageOf(new Filter(List.of(), null, DEEP, LIMIT)),
        OrderList.pageOf(new Filter(List.of(), OrderStatus.PAID, null, LIMIT)),
        OrderList.pageOf(new Filter(List.of(), OrderStatus.PAID, DEEP, LIMIT)),
        OrderList.pageOf(new Filter(one, null, null, LIMIT)),
        OrderList.pageOf(new Filter(one, null, DEEP, LIMIT)),
        OrderList.pageOf(new Filter(one, OrderStatus.PAID, DEEP, LIMIT)),
        OrderList.pageOf(new Filter(several, null, null, LIMIT)),
        OrderList.newestOf(new Filter(several, null, null, LIMIT)));
  }

  @ParameterizedTest
  @MethodSource("lists")
  void list_isReadFromItsIndexInOrder_andNoFurtherThanItShows(Sql sql) {
    var plan =
        String.join(
            "\n",
            DATABASE
                .query(
                    "explain (analyze, timing off, costs off) " + sql.text(),
                    sql::bindTo,
                    row -> String.valueOf(row.get(0, String.class)))
                .blockOptional()
                .orElseThrow());

    assertThat(plan).doesNotContain("Seq Scan on order_view").doesNotContain("Bitmap");
    var reads = READ.matcher(plan).results().toList();
    assertThat(reads).as(plan).isNotEmpty();
    assertThat(reads)
        .as(plan)
        .allSatisfy(read -> assertThat(rows(read.group(2))).isLessThanOrEqualTo(LIMIT + 1));
    assertThat(WASTED.matcher(plan).results().mapToInt(wasted -> rows(wasted.group(1))).sum())
        .as(plan)
        .isLessThanOrEqualTo(3 * LIMIT);
  }

  private static int rows(String number) {
    return Integer.parseInt(number);
  }
}
