package io.gatehouse.local;

import static io.gatehouse.local.Made.id;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** REST and GraphQL say the same of everything, to everybody, refusals included. */
@Order(3)
class ParityIT extends AsDemoUsers {
  private static final String USER =
      "id email name roles emailVerified version createdAt updatedAt";
  private static final String EVENT =
      "version type at actor { subject client role } requestId data hash";

  private String adasOrder = "";
  private String gracesOrder = "";

  ParityIT(RunningPlatform platform) {
    super(platform);
  }

  @BeforeAll
  void placeOrders() {
    adasOrder = id(api.post("/api/orders", ada, NewOrder.BODY));
    gracesOrder = id(api.post("/api/orders", grace, NewOrder.BODY));
  }

  @Test
  void everyField_saysWhatItsCallSays_toEverybody() {
    var nobody = UUID.randomUUID().toString();
    for (var token : List.of(ada, grace, service)) {
      for (var id : List.of(adaId, graceId, nobody, "no-id")) {
        ways.same(token, "/api/users/" + id, "user(id: \"%s\") { %s }".formatted(id, USER), "");
      }
      ways.same(token, "/api/users/me", "me { %s }".formatted(USER), "");
      ways.same(token, "/api/users?limit=2", "users(limit: 2) { %s }".formatted(USER), "/items");
      ways.same(
          token,
          "/api/users?limit=2&cursor=" + adaId,
          "users(limit: 2, after: \"%s\") { %s }".formatted(adaId, USER),
          "/items");
      ways.same(token, "/api/users?limit=101", "users(limit: 101) { id }", "/items");
      for (var id : List.of(adasOrder, gracesOrder, nobody, "no-id")) {
        order(token, id, "", "");
        order(token, id, "?version=1", ", version: 1");
        order(token, id, "?version=77", ", version: 77");
        order(token, id, "?asOf=2999-01-01T00:00:00Z", ", asOf: \"2999-01-01T00:00:00Z\"");
        order(token, id, "?asOf=2020-01-01T00:00:00Z", ", asOf: \"2020-01-01T00:00:00Z\"");
      }
      ways.same(
          token,
          "/api/orders?limit=2",
          "orders(limit: 2) { items { %s } next }".formatted(BothWays.ORDER),
          "");
      ways.same(
          token,
          "/api/orders?limit=1&status=CANCELLED",
          "orders(limit: 1, status: CANCELLED) { items { %s } next }".formatted(BothWays.ORDER),
          "");
      ways.same(token, "/api/orders?limit=0", "orders(limit: 0) { next }", "");
      ways.same(token, "/api/orders?cursor=%21", "orders(after: \"!\") { next }", "");
    }
    assertThat(ways.statuses()).contains("200", "400", "403", "404");
  }

  @Test
  void relations_sayWhatTheirCallsSay() {
    for (var token : List.of(ada, grace)) {
      var relations =
          ways.query(
                  token,
                  "{ order(id: \"%s\") { customer { %s orders(limit: 2) { items { %s } next } } events { %s } } }"
                      .formatted(adasOrder, USER, BothWays.ORDER, EVENT))
              .at("/data/order");

      var customer = relations.path("customer").deepCopy();
      ((ObjectNode) customer).remove("orders");
      assertThat(customer).isEqualTo(api.get("/api/users/" + adaId, token).json());
      assertThat(relations.at("/customer/orders"))
          .isEqualTo(api.get("/api/orders?limit=2&customerId=" + adaId, token).json());
      assertThat(relations.path("events"))
          .isEqualTo(api.get("/api/orders/" + adasOrder + "/events", token).json().path("items"));
    }
  }

  private void order(String token, String id, String when, String arguments) {
    ways.same(
        token,
        "/api/orders/" + id + when,
        "order(id: \"%s\"%s) { %s }".formatted(id, arguments, BothWays.ORDER),
        "");
  }
}
