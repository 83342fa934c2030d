package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What other services' events bring about here: all of it, and once. */
class FollowingUsersTest extends OrderServiceTest {
  @Autowired MeterRegistry meters;

  private static final String ITEMS =
      "{\"items\":[{\"sku\":\"a\",\"name\":\"b\",\"quantity\":1,\"unitPrice\":1}]}";

  /** An order with this many events, as its owner could have brought it about. */
  private static final String HISTORY =
      """
      select * from append_events(null, null, null, 201::smallint, array['%1$s'::uuid], array[0], array['%2$s'],
        array['PLACED'], array['{"currency":"EUR","total":1,"items":[["s","n",1,1]]}'], array[%3$d],
        array['OrderPlaced'] || array_fill('ItemsChanged'::text, array[%3$d - 1]),
        array[2] || array_fill(1, array[%3$d - 1]),
        array['{"customerId":"%2$s","currency":"EUR","items":[["s","n",1,1]]}']
          || array_fill('{"items":[["s","n",1,1]]}'::text, array[%3$d - 1]),
        'test', 'test', 'USER', 'req-1', 'test')
      """;

  @Test
  void everyGoldenEvent_isFollowed_andNoneIsParked() throws SQLException {
    var order = "/api/orders/" + ada.place();
    try (var connection = connection()) {
      var parked = number(connection, "select count(*) from parked_events");
      for (var type : List.of("UserRegistered", "UserChanged", "PasswordChanged")) {
        NEIGHBOURS.publish(type, adaId);
      }
      var last = NEIGHBOURS.publish("UserDeleted", adaId);

      awaitFollowed(last);

      assertThat(status(order)).isEqualTo("CANCELLED");
      assertThat(number(connection, "select count(*) from parked_events")).isEqualTo(parked);
    }
  }

  /** The users' database lost its newest event, which was followed here already. */
  @Test
  void feedThatForgotThePosition_isHeardAgainFromItsStart_andAlarms() throws SQLException {
    var order = "/api/orders/" + ada.place();
    var before = restarts();
    var deleted = NEIGHBOURS.publish("UserDeleted", adaId);
    var lost = NEIGHBOURS.publish("UserChanged", adaId);
    awaitFollowed(lost);
    var trail = admin.get(order + "/events").expect(200).json();

    NEIGHBOURS.loseLast();
    var next = NEIGHBOURS.publish("UserChanged", adaId);

    assertThat(next).isNotEqualTo(lost).startsWith(deleted.substring(0, 2)).endsWith("-2");
    awaitFollowed(next);
    assertThat(restarts()).isEqualTo(before + 1);
    assertThat(admin.get(order + "/events").expect(200).json()).isEqualTo(trail);
  }

  private double restarts() {
    return meters.get("gatehouse.feed.restarts").counter().count();
  }

  @Test
  void producersGoldenFiles_areAllKnownHere() throws Exception {
    try (var files = Files.list(Path.of("../user-service/src/test/resources/golden"))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "user-registered.json",
              "user-changed.json",
              "password-changed.json",
              "user-deleted.json");
    }
  }

  @Test
  void fullOrder_isRefusedMore_butItsCustomersDeletionStillFits() throws SQLException {
    var id = UUID.randomUUID().toString();
    ada.place();
    try (var connection = connection()) {
      execute(connection, HISTORY.formatted(id, adaId, 999));
    }
    var order = "/api/orders/" + id;
    assertThat(ada.put(order + "/items", ITEMS).expect(200).json().get("version").asInt())
        .isEqualTo(1_000);
    ada.put(order + "/items", ITEMS).expect(422, "ORDER_HISTORY_FULL");
    ada.post(order + "/payment", Api.PAYMENT).expect(422, "ORDER_HISTORY_FULL");

    awaitFollowed(NEIGHBOURS.publish("UserDeleted", adaId));

    var now = admin.get(order).expect(200).json();
    assertThat(now.get("status").asString()).isEqualTo("CANCELLED");
    assertThat(now.get("version").asInt()).isEqualTo(1_002);
    assertThat(admin.get(order + "?version=1002").expect(200).json()).isEqualTo(now);
    var chain = admin.get(order + "/verification").expect(200).json();
    assertThat(chain.get("valid").asBoolean()).isTrue();
    assertThat(chain.get("versions").asInt()).isEqualTo(1_002);
    // 13 pages of 77 end before the last event of all.
    var read = 0;
    var next = "";
    do {
      var page = admin.get(order + "/events?limit=77" + next).expect(200).json();
      read += page.get("items").size();
      next = page.get("next").isNull() ? "" : "&cursor=" + page.get("next").asString();
    } while (!next.isEmpty());
    assertThat(read).isEqualTo(1_002);
  }

  @Test
  void deletion_goesOnAfterTheOrdersThatAreDone_whenItWasHeldUp() throws SQLException {
    var ids = IntStream.range(0, 5).mapToObj(_ -> ada.place()).toList();
    String position;
    try (var holder = connection();
        var connection = connection()) {
      holder.setAutoCommit(false);
      execute(holder, "select from streams where order_id = '" + ids.get(2) + "' for update");
      position = NEIGHBOURS.publish("UserDeleted", adaId);

      await()
          .until(
              () ->
                  text(connection, "select stream::text from checkpoints").equals(ids.get(1))
                      && status("/api/orders/" + ids.get(1)).equals("CANCELLED"));
      assertThat(status("/api/orders/" + ids.get(2))).isEqualTo("PLACED");
      assertThat(text(connection, "select position from checkpoints")).isNotEqualTo(position);
      assertThat(
              text(
                  connection,
                  "select move_checkpoint('users', position, '%s', '9.9', '%s') from checkpoints"
                      .formatted(ids.get(0), ids.get(0))))
          .isEqualTo("f");
    }

    awaitFollowed(position);

    for (var id : ids) {
      assertThat(
              admin
                  .get("/api/orders/" + id + "/events")
                  .json()
                  .get("items")
                  .valueStream()
                  .map(event -> event.get("type").asString()))
          .containsExactly("OrderPlaced", "PersonalDataDestroyed", "OrderCancelled");
    }
  }

  @Test
  void repeatedPlacement_isReplayed_whenTheCustomerIsGone_andNewOnesAreRefused()
      throws SQLException {
    var key = UUID.randomUUID().toString();
    var named = Api.ORDER.replaceFirst("\\{", "{\"customerId\":\"" + adaId + "\",");
    var first = service.post("/api/orders", named, "Idempotency-Key", key).expect(201);
    awaitFollowed(NEIGHBOURS.publish("UserDeleted", adaId));

    for (var i = 0; i < 2; i++) {
      var again = service.post("/api/orders", named, "Idempotency-Key", key).expect(201);
      assertThat(again.id()).isEqualTo(first.id());
      assertThat(again.json().get("shippingAddress").isNull()).isTrue();
      service.post("/api/orders", named).expect(422, "CUSTOMER_DELETED");
    }
  }

  private String status(String order) {
    return admin.get(order).expect(200).json().get("status").asString();
  }

  private static void awaitFollowed(String position) throws SQLException {
    try (var connection = connection()) {
      await().until(() -> text(connection, "select position from checkpoints").equals(position));
    }
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String text(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : "";
    }
  }

  private static int number(Connection connection, String sql) throws SQLException {
    return Integer.parseInt(text(connection, sql));
  }
}
