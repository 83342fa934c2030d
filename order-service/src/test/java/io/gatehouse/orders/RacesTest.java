package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import tools.jackson.databind.JsonNode;

/** Many writers on one order, deleted users, lost views. */
class RacesTest extends OrderServiceTest {

  @Autowired Database database;

  @ParameterizedTest
  @ValueSource(ints = {8, 100})
  void racers_leaveGaplessVersions_andEveryAcknowledgedEffectOnce(int racers) {
    race(racers, 200);
  }

  @Tag("drill")
  @ParameterizedTest
  @ValueSource(ints = {8, 100})
  void racers_leaveGaplessVersions_forTenThousandCommands(int racers) {
    race(racers, 5_000);
  }

  private void race(int racers, int commands) {
    for (var round = 0; round < commands / racers; round++) {
      var order = "/api/orders/" + ada.place();

      var answers =
          IntStream.range(0, racers)
              .mapToObj(racer -> ada.async(ada.request("PUT", order + "/items", items(racer + 1))))
              .toList()
              .stream()
              .map(CompletableFuture::join)
              .toList();

      assertThat(answers).extracting(Api.Answer::status).isSubsetOf(200, 409);
      var acknowledged =
          answers.stream()
              .filter(answer -> answer.status() == 200)
              .map(answer -> answer.json().at("/items/0/quantity").asInt())
              .toList();
      var happened =
          trail(order).stream().skip(1).map(event -> event.at("/data/items/0/quantity").asInt());
      assertThat(happened).containsExactlyInAnyOrderElementsOf(acknowledged);
      var versions = trail(order).stream().map(event -> event.get("version").asInt());
      assertThat(versions)
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, acknowledged.size() + 1).boxed().toList());
      assertThat(ada.get(order + "/verification").json().get("valid").asBoolean()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 100})
  void racersWithIfMatch_haveOneWinner_andTheOthersAreTold(int racers) {
    var order = "/api/orders/" + ada.place();

    var answers =
        IntStream.range(0, racers)
            .mapToObj(
                racer ->
                    ada.async(
                        ada.request(
                            "PUT", order + "/items", items(racer + 1), "If-Match", "\"1\"")))
            .toList()
            .stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(1);
    assertThat(answers.stream().filter(answer -> answer.status() != 200))
        .allSatisfy(answer -> answer.expect(412, "VERSION_MISMATCH"));
    assertThat(trail(order)).hasSize(2);
  }

  private List<JsonNode> trail(String order) {
    var trail = new ArrayList<JsonNode>();
    for (var cursor = ""; cursor != null; ) {
      var page = ada.get(order + "/events?limit=100" + cursor).expect(200).json();
      page.get("items").forEach(trail::add);
      cursor = page.get("next").isNull() ? null : "&cursor=" + page.get("next").asString();
    }
    return trail;
  }

  private static String items(int quantity) {
    return "{\"items\":[{\"sku\":\"a\",\"name\":\"b\",\"quantity\":%d,\"unitPrice\":1}]}"
        .formatted(quantity);
  }

  @Test
  void commands_answerAlike_whenEveryViewIsEmpty() {
    var id = ada.place();
    var paid = ada.place();
    var changed = ada.place();
    var cancelled = ada.place();
    ada.post("/api/orders/" + paid + "/payment", Api.PAYMENT).expect(200);
    database.query("delete from order_view returning 1", _ -> {}, _ -> true).block();

    assertThat(ada.get("/api/orders").json().get("items")).isEmpty();
    ada.post("/api/orders/" + paid + "/payment", Api.PAYMENT).expect(422, "ORDER_NOT_PAYABLE");
    var answer = ada.post("/api/orders/" + id + "/payment", Api.PAYMENT).expect(200);
    service
        .post("/api/orders/" + paid + "/shipment", "{\"carrier\":\"a\",\"trackingNumber\":\"b\"}")
        .expect(200);
    service.post("/api/orders/" + paid + "/delivery", "{}").expect(200);
    ada.put("/api/orders/" + changed + "/items", items(7)).expect(200);
    ada.post("/api/orders/" + cancelled + "/cancellation", "{\"reason\":\"none\"}").expect(200);
    ada.post("/api/orders/" + cancelled + "/payment", Api.PAYMENT).expect(422, "ORDER_NOT_PAYABLE");
    ada.put("/api/orders/" + cancelled + "/items", items(7)).expect(422, "ORDER_NOT_CHANGEABLE");

    assertThat(answer.json().get("placedAt"))
        .isEqualTo(ada.get("/api/orders/" + id + "?version=1").json().get("placedAt"));
    assertThat(ada.get("/api/orders").json().get("items")).hasSize(4);
    assertThat(ada.get("/api/orders/" + id).json()).isEqualTo(answer.json());
  }

  @Test
  void deletedUser_leavesNothingReadable_andCancelledOrders_whileTheChainStillHolds() {
    var open = ada.place();
    var shipped = ada.place();
    ada.post("/api/orders/" + shipped + "/payment", Api.PAYMENT).expect(200);
    service
        .post(
            "/api/orders/" + shipped + "/shipment", "{\"carrier\":\"a\",\"trackingNumber\":\"b\"}")
        .expect(200);
    assertThat(stored(adaId)).doesNotContain("Ada Lovelace", "r-1", "\"b\"");

    NEIGHBOURS.publish("UserChanged", UUID.randomUUID().toString());
    NEIGHBOURS.publish("UserDeleted", adaId);

    await()
        .until(
            () ->
                admin.get("/api/orders/" + open).json().get("status").asString().equals("CANCELLED")
                    && admin.get("/api/orders/" + shipped).json().get("version").asInt() == 4);
    for (var id : List.of(open, shipped)) {
      assertThat(admin.get("/api/orders/" + id).json().get("shippingAddress").isNull()).isTrue();
      assertThat(
              admin.get("/api/orders/" + id + "?version=1").json().get("shippingAddress").isNull())
          .isTrue();
      var verification = admin.get("/api/orders/" + id + "/verification").json();
      assertThat(verification.get("valid").asBoolean()).isTrue();
    }
    var trail = admin.get("/api/orders/" + shipped + "/events").json().get("items");
    assertThat(trail.get(1).at("/data/reference").isNull()).isTrue();
    assertThat(trail.get(2).at("/data/trackingNumber").isNull()).isTrue();
    assertThat(trail.get(3).get("type").asString()).isEqualTo("PersonalDataDestroyed");
    assertThat(trail.get(3).at("/actor/client").asString()).isEqualTo("order-service");
    ada.post("/api/orders", Api.ORDER).expect(422, "CUSTOMER_DELETED");
  }

  @Test
  void poisonEvent_isParked_andTheOthersGoOn() {
    var order = ada.place();
    var poison = NEIGHBOURS.publish("UserTransmogrified", UUID.randomUUID().toString());
    NEIGHBOURS.publish("UserDeleted", adaId);

    await()
        .until(
            () ->
                admin
                    .get("/api/orders/" + order)
                    .json()
                    .get("status")
                    .asString()
                    .equals("CANCELLED"));
    var parked =
        database
            .queryOne(
                "select event from parked_events where position = $1",
                statement -> statement.bind("$1", poison),
                row -> row.get("event", String.class))
            .block();
    assertThat(parked).contains("UserTransmogrified");
  }

  private String stored(String customerId) {
    return String.join(
        "\n",
        database
            .query(
                "select e::text || v::text as everything from events e join order_view v"
                    + " using (order_id) where v.customer_id = $1",
                statement -> statement.bind("$1", customerId),
                row -> String.valueOf(row.get("everything", String.class)))
            .blockOptional()
            .orElseThrow());
  }
}
