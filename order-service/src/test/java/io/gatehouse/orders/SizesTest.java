package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** No answer is larger than its bound, and what is left out of a page is on the next. */
class SizesTest extends OrderServiceTest {
  private static final int LARGEST_PAGE = 3 * 1024 * 1024;

  /** 100 lines of 264 characters of three bytes each. */
  private static final String LARGE_ITEMS =
      String.join(
          ",",
          IntStream.range(0, 100)
              .mapToObj(
                  n ->
                      "{\"sku\":\"%s\",\"name\":\"%s\",\"quantity\":1,\"unitPrice\":1}"
                          .formatted("€".repeat(64), "€".repeat(200)))
              .toList());

  /** The second event of a stored order again, as the versions up to another. */
  private static final String REPEAT =
      """
      insert into events select order_id, n, nextval('event_positions'), xid, type, schema, at, subject, client, role,
        request_id, causation, data, hash from events, generate_series(3, %2$d) n
        where order_id = '%1$s' and version = 2
      """;

  /** So much would make every later look at all events slow. */
  @AfterEach
  void forgetTheLargeOrders() throws SQLException {
    try (var connection = connection()) {
      execute(
          connection,
          "delete from events using streams s where s.order_id = events.order_id and customer_id = '"
              + adaId
              + "'");
      execute(connection, "delete from order_view where customer_id = '" + adaId + "'");
      execute(connection, "delete from streams where customer_id = '" + adaId + "'");
    }
  }

  @Test
  void body_isRefusedByItsFirstFaults_howeverManyItHas() {
    var empty = "{},".repeat(60_000) + "{}";
    refused("/api/orders", "{\"currency\":\"EUR\",\"items\":[" + empty + "]}", "items");
    refused("/api/orders/batch", "{\"orders\":[" + empty + "]}", "orders");
    refused("/api/orders/batch", batch("[" + empty + "]"), "orders[0].items");
    refused("/api/orders", "{\"currency\":[" + empty + "],\"items\":[]}", "items");

    var item = LARGE_ITEMS.substring(0, LARGE_ITEMS.indexOf("},") + 1);
    var unknown =
        IntStream.range(0, 99).mapToObj(n -> ",\"unknown" + n + "\":1").reduce("", String::concat);
    var many = (item + ",").repeat(1_000) + item;
    refused(
        "/api/orders", "{\"currency\":\"EUR\"" + unknown + ",\"items\":[" + many + "]}", "items");
    var faulty = "{\"" + "x".repeat(5_000) + "\":1}";
    refused(
        "/api/orders",
        "{\"currency\":\"EUR\",\"items\":[" + (faulty + ",").repeat(99) + faulty + "]}",
        "items[0].x");
  }

  private static String batch(String items) {
    return "{\"orders\":[{\"currency\":\"EUR\",\"items\":" + items + "}]}";
  }

  /** At most a hundred faults, this one among them, in an answer of bounded size. */
  private void refused(String path, String body, String field) {
    var answer = ada.post(path, body).expect(400, "VALIDATION_ERROR");
    assertThat(answer.response().body()).hasSizeLessThan(48 * 1024);
    var details = answer.json().at("/error/details");
    assertThat(details.size()).isBetween(1, 101);
    assertThat(details.valueStream().map(fault -> fault.get("field").asString()))
        .as(path)
        .anyMatch(name -> name.startsWith(field));
  }

  @Test
  void list_goesOnOnItsNextPage_whenAFullOneWouldBeTooLarge() {
    var ids = new ArrayList<String>();
    for (var i = 0; i < 12; i++) {
      ids.add(placeLarge());
    }

    var found = new ArrayList<String>();
    var pages = pages("/api/orders?limit=100", "id", found);

    assertThat(found).containsExactlyElementsOf(ids.reversed());
    assertThat(pages).isBetween(2, 6);
  }

  @Test
  void newestOfEach_isRefused_whenTheyAreTooMuchForOneAnswer() throws SQLException {
    var id = placeLarge();
    try (var connection = connection()) {
      execute(
          connection,
          "insert into order_view select gen_random_uuid(), customer_id, status, version, placed_at,"
              + " updated_at, body from order_view, generate_series(1, 99) where order_id = '"
              + id
              + "'");
    }
    var newest = "/api/orders?customerId=" + adaId + "&limitPer=";

    var refused = service.get(newest + 100).expect(400, "VALIDATION_ERROR");
    assertThat(refused.json().at("/error/details/0/field").asString()).isEqualTo("limitPer");
    assertThat(service.get(newest + 10).expect(200).json().get("items")).hasSize(10);
  }

  @Test
  void historyOfAThousandLargeChanges_isReadInBoundedPieces() throws SQLException {
    var id = placeLarge();
    var order = "/api/orders/" + id;
    ada.put(order + "/items", "{\"items\":[" + LARGE_ITEMS + "]}").expect(200);
    try (var connection = connection()) {
      execute(connection, REPEAT.formatted(id, 1_000));
      execute(connection, "update streams set version = 1000 where order_id = '" + id + "'");
      execute(connection, "update order_view set version = 1000 where order_id = '" + id + "'");
    }

    var found = new ArrayList<String>();
    assertThat(pages(order + "/events?limit=100", "version", found)).isBetween(100, 1_000);
    assertThat(found)
        .containsExactlyElementsOf(
            IntStream.rangeClosed(1, 1_000).mapToObj(String::valueOf).toList());
    assertThat(ada.get(order + "?version=1000").expect(200).json())
        .isEqualTo(ada.get(order).expect(200).json());
    assertThat(ada.get(order + "/diff?from=1&to=1000").expect(200).json().get("changes")).isEmpty();
    // The copies have their first one's hash.
    assertThat(ada.get(order + "/verification").expect(200).json().get("brokenAt").asInt())
        .isEqualTo(3);
  }

  private String placeLarge() {
    return ada.post("/api/orders", "{\"currency\":\"EUR\",\"items\":[" + LARGE_ITEMS + "]}")
        .expect(201)
        .id();
  }

  /** Reads page after page into a list and gives their number; none is larger than its bound. */
  private int pages(String path, String field, List<String> found) {
    var pages = 0;
    var next = "";
    do {
      var answer = ada.get(path + next).expect(200);
      assertThat(answer.response().body()).hasSizeLessThan(LARGEST_PAGE);
      var items = answer.json().get("items");
      assertThat(items).isNotEmpty();
      items.valueStream().map((JsonNode item) -> item.get(field).asString()).forEach(found::add);
      next =
          answer.json().get("next").isNull()
              ? ""
              : "&cursor=" + answer.json().get("next").asString();
      pages++;
    } while (!next.isEmpty());
    return pages;
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
