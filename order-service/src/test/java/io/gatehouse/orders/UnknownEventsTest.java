package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * What a later version of this service wrote is carried along by this one: shown as it is, never
 * folded by guessing.
 */
class UnknownEventsTest extends OrderServiceTest {
  private static final String RETURNED =
      """
      insert into events select order_id, 3, nextval('event_positions'), pg_current_xact_id(), 'OrderReturned', 1,
        at + interval '1 second', subject, client, role, request_id, causation,
        '{"parcel":"p-1","sealed":"c2VjcmV0","lines":[1,2]}', hash
        from events where order_id = '%s' and version = 2
      """;

  @Test
  void order_isShownAsItIs_andDecidedByNobody_whenItHasAnUnknownEvent() throws SQLException {
    var order = returned(adaId);

    var now = ada.get(order).expect(200).json();
    assertThat(now.get("status").asString()).isEqualTo("RETURNED");
    assertThat(now.get("total").asLong()).isEqualTo(2460);
    assertThat(ada.get("/api/orders").expect(200).json().get("items").get(0)).isEqualTo(now);
    assertThat(ada.get(order + "?version=3").expect(200).json()).isEqualTo(now);
    assertThat(ada.get(order + "?version=2").expect(200).json().get("status").asString())
        .isEqualTo("PAID");
    var trail = ada.get(order + "/events").expect(200).json().get("items");
    assertThat(trail.get(2).get("type").asString()).isEqualTo("OrderReturned");
    assertThat(trail.get(2).get("data").toString())
        .isEqualTo("{\"parcel\":\"p-1\",\"lines\":[1,2]}");

    for (var action : new String[] {"cancellation", "shipment"}) {
      var body =
          action.equals("shipment")
              ? "{\"carrier\":\"a\",\"trackingNumber\":\"b\"}"
              : "{\"reason\":\"r\"}";
      var refused = admin.post(order + "/" + action, body).expect(503, "SERVICE_UNAVAILABLE");
      assertThat(refused.header("Retry-After")).isEqualTo("5");
      assertThat(refused.json().at("/error/message").asString()).contains("OrderReturned.1");
    }
    assertThat(ada.get(order).json()).isEqualTo(now);
    ada.get(order + "/diff?from=2&to=3").expect(503, "SERVICE_UNAVAILABLE");
    ada.get(order + "/verification").expect(200);
  }

  @Test
  void deletion_destroysTheKey_andParksTheRest_whenAnOrderHasAnUnknownEvent() throws SQLException {
    var order = returned(adaId);

    var position = NEIGHBOURS.publish("UserDeleted", adaId);

    try (var connection = connection()) {
      await()
          .until(
              () ->
                  number(
                          connection,
                          "select count(*) from parked_events where position = '" + position + "'")
                      == 1);
    }
    assertThat(admin.get(order).json().get("shippingAddress").isNull()).isTrue();
    ada.post("/api/orders", Api.ORDER).expect(422, "CUSTOMER_DELETED");
  }

  /** An order that a later version has changed after it was paid. */
  private String returned(String customer) throws SQLException {
    var id = api(tokens.user(customer)).place();
    ada.post("/api/orders/" + id + "/payment", Api.PAYMENT).expect(200);
    try (var connection = connection();
        var statement = connection.createStatement()) {
      statement.execute(RETURNED.formatted(id));
      statement.execute("update streams set version = 3 where order_id = '" + id + "'");
      statement.execute(
          "update order_view set version = 3, status = 'RETURNED', body = replace(body, '{\"cur',"
              + " '{\"parcels\":[{\"id\":1}],\"cur') where order_id = '"
              + id
              + "'");
    }
    return "/api/orders/" + id;
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(DATABASE.jdbcUrl(), DATABASE.user(), DATABASE.password());
  }

  private static int number(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }
}
