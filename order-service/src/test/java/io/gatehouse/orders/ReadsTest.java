package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Orders as they are and as they were, their trail and their lists. */
class ReadsTest extends OrderServiceTest {

  @ParameterizedTest
  @ValueSource(strings = {"not-a-uuid", "1-1-1-1-1", "%00", "'--"})
  void read_isMalformed_whenTheIdIsNoUuid(String id) {
    ada.get("/api/orders/" + id).expect(400, "MALFORMED_REQUEST");
  }

  @Test
  void read_isNotFound_whenThereNeverWasSuchAnOrder() {
    var order = "/api/orders/" + UUID.randomUUID();
    for (var path :
        List.of(
            "",
            "?version=1",
            "?asOf=2020-01-01T00:00:00Z",
            "/events",
            "/verification",
            "/diff?from=1&to=2")) {
      ada.get(order + path).expect(404, "NOT_FOUND");
    }
    ada.post(order + "/payment", Api.PAYMENT).expect(404, "NOT_FOUND");
  }

  @Test
  void inTime_answersAreExactAtTheirEdges() {
    var placed = ada.post("/api/orders", Api.ORDER).expect(201);
    var order = "/api/orders/" + placed.id();
    var paid = ada.post(order + "/payment", Api.PAYMENT).expect(200);
    var paidAt = Instant.parse(paid.json().get("updatedAt").asString());

    assertThat(ada.get(order + "?asOf=" + paidAt).expect(200).json()).isEqualTo(paid.json());
    assertThat(ada.get(order + "?asOf=" + paidAt.minusNanos(1_000)).expect(200).json())
        .isEqualTo(placed.json());
    var before = Instant.parse(placed.json().get("placedAt").asString()).minusNanos(1_000);
    ada.get(order + "?asOf=" + before).expect(404, "NOT_FOUND");
    ada.get(order + "?asOf=" + Instant.now().plusSeconds(60)).expect(400, "VALIDATION_ERROR");
    ada.get(order + "?asOf=yesterday").expect(400, "VALIDATION_ERROR");
    ada.get(order + "?asOf=" + paidAt + "&version=1").expect(400, "VALIDATION_ERROR");

    var past = ada.get(order + "?version=1").expect(200);
    assertThat(past.header("ETag")).isEqualTo("\"1\"");
    for (var read : List.of("", "?version=1", "?version=2", "?asOf=" + paidAt, "/events")) {
      assertThat(ada.get(order + read).expect(200).header("Cache-Control"))
          .as(read)
          .isEqualTo("private, no-cache");
    }
    assertThat(ada.get(order + "?version=1", "If-None-Match", "\"1\"").expect(304).header("ETag"))
        .isEqualTo("\"1\"");
    ada.get(order + "?version=0").expect(404, "NOT_FOUND");
    ada.get(order + "?version=3").expect(404, "NOT_FOUND");
    ada.get(order + "?version=99999999999999").expect(404, "NOT_FOUND");
    ada.get(order + "?version=-1").expect(400, "VALIDATION_ERROR");
    ada.get(order + "?version=1&version=2").expect(400, "VALIDATION_ERROR");
    ada.get(order + "?verzion=1").expect(400, "VALIDATION_ERROR");
  }

  @Test
  void read_isNotModified_whenTheTagIsKnown() {
    var order = "/api/orders/" + ada.place();

    assertThat(ada.get(order, "If-None-Match", "\"1\"").expect(304).response().body()).isEmpty();
    ada.get(order, "If-None-Match", "W/\"1\"").expect(304);
    ada.get(order, "If-None-Match", "\"7\", \"1\"").expect(304);
    ada.get(order, "If-None-Match", "\"2\"").expect(200);
  }

  @Test
  void trail_showsWhoDidWhat_andDiffShowsWhatChanged() {
    var order = "/api/orders/" + ada.place();
    ada.put(
            order + "/items",
            "{\"items\":[{\"sku\":\"book-1\",\"name\":\"A book\",\"quantity\":3,\"unitPrice\":1230}]}",
            "X-Request-Id",
            "req-42")
        .expect(200);
    ada.post(order + "/payment", Api.PAYMENT).expect(200);

    var first = ada.get(order + "/events?limit=2").expect(200).json();
    assertThat(first.get("items")).hasSize(2);
    var change = first.get("items").get(1);
    assertThat(change.propertyNames())
        .containsExactly("version", "type", "at", "actor", "requestId", "data", "hash");
    assertThat(change.get("type").asString()).isEqualTo("ItemsChanged");
    assertThat(change.get("requestId").asString()).isEqualTo("req-42");
    assertThat(change.get("actor").toString())
        .isEqualTo("{\"subject\":\"" + adaId + "\",\"client\":\"console\",\"role\":\"USER\"}");
    var rest = ada.get(order + "/events?limit=2&cursor=" + first.get("next").asString()).json();
    assertThat(rest.get("items")).hasSize(1);
    assertThat(rest.get("items").get(0).at("/data/reference").asString()).isEqualTo("r-1");
    assertThat(rest.get("next").isNull()).isTrue();

    assertThat(ada.get(order + "/diff?from=1&to=3").expect(200).json().toString())
        .isEqualTo(
            "{\"from\":1,\"to\":3,\"changes\":["
                + "{\"path\":\"items[0].quantity\",\"before\":2,\"after\":3},"
                + "{\"path\":\"status\",\"before\":\"PLACED\",\"after\":\"PAID\"},"
                + "{\"path\":\"total\",\"before\":2460,\"after\":3690}]}");
    ada.get(order + "/diff?from=1").expect(400, "VALIDATION_ERROR");
    ada.get(order + "/diff?from=1&to=4").expect(404, "NOT_FOUND");
    var verification = ada.get(order + "/verification").expect(200).json();
    assertThat(verification.get("valid").asBoolean()).isTrue();
    assertThat(verification.get("versions").asInt()).isEqualTo(3);
    assertThat(verification.get("head")).isEqualTo(rest.get("items").get(0).get("hash"));
    assertThat(verification.has("brokenAt")).isFalse();
  }

  @Test
  void lists_pageNewestFirst_byStatusAndByCustomer() {
    var ids = IntStream.range(0, 5).mapToObj(_ -> ada.place()).toList();
    ada.post("/api/orders/" + ids.get(2) + "/payment", Api.PAYMENT).expect(200);

    var first = ada.get("/api/orders?limit=3").expect(200).json();
    assertThat(idsOf(first)).containsExactly(ids.get(4), ids.get(3), ids.get(2));
    var rest = ada.get("/api/orders?limit=3&cursor=" + first.get("next").asString()).json();
    assertThat(idsOf(rest)).containsExactly(ids.get(1), ids.get(0));
    assertThat(rest.get("next").isNull()).isTrue();
    assertThat(idsOf(ada.get("/api/orders?status=PAID").json())).containsExactly(ids.get(2));
    for (var wrong :
        List.of(
            "limit=0",
            "limit=101",
            "limit=x",
            "cursor=%27",
            "status=paid",
            "sort=id",
            "limitPer=2")) {
      ada.get("/api/orders?" + wrong).expect(400, "VALIDATION_ERROR");
    }

    var bobs = bob.post("/api/orders", Api.ORDER).expect(201).json();
    var each =
        service.get(
            "/api/orders?customerId="
                + adaId
                + ","
                + bobs.get("customerId").asString()
                + "&limitPer=2");
    assertThat(idsOf(each.expect(200).json()))
        .containsExactly(ids.get(4), ids.get(3), bobs.get("id").asString());
    assertThat(each.json().get("next").isNull()).isTrue();
    ada.get("/api/orders?customerId=" + adaId + "&limitPer=2").expect(403, "FORBIDDEN");
  }

  private static List<String> idsOf(JsonNode page) {
    return page.get("items").valueStream().map(order -> order.get("id").asString()).toList();
  }
}
