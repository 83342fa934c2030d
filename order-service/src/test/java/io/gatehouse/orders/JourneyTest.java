package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JourneyTest extends OrderServiceTest {

  @Test
  void order_goesFromPlacedToDelivered_andCanBeReadAsItWas() {
    var placed = ada.post("/api/orders", Api.ORDER).expect(201);
    var id = placed.id();

    assertThat(placed.header("Location")).isEqualTo("/api/orders/" + id);
    assertThat(placed.header("ETag")).isEqualTo("\"1\"");
    assertThat(placed.json().get("customerId").asString()).isEqualTo(adaId);
    assertThat(placed.json().get("total").asLong()).isEqualTo(2460);
    assertThat(placed.json().get("placedAt").asString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
    assertThat(ada.get("/api/orders/" + id).expect(200).json()).isEqualTo(placed.json());

    ada.post("/api/orders/" + id + "/payment", "{\"method\":\"card\",\"reference\":\"r-1\"}")
        .expect(200);
    admin
        .post("/api/orders/" + id + "/shipment", "{\"carrier\":\"DHL\",\"trackingNumber\":\"t\"}")
        .expect(200);
    var delivered = service.post("/api/orders/" + id + "/delivery", "{}").expect(200);

    assertThat(delivered.json().get("status").asString()).isEqualTo("DELIVERED");
    assertThat(ada.get("/api/orders/" + id).json()).isEqualTo(delivered.json());
    assertThat(ada.get("/api/orders/" + id + "?version=1").expect(200).json())
        .isEqualTo(placed.json());
    assertThat(
            ada.get("/api/orders/" + id + "?asOf=" + placed.json().get("updatedAt").asString())
                .expect(200)
                .json())
        .isEqualTo(placed.json());
    assertThat(ada.get("/api/orders/" + id + "/events").expect(200).json().get("items")).hasSize(4);
    bob.get("/api/orders/" + id).expect(403, "FORBIDDEN");
    bob.get("/api/orders/" + id + "/events").expect(403, "FORBIDDEN");
    assertThat(ada.get("/api/orders").expect(200).json().get("items")).hasSize(1);
  }
}
