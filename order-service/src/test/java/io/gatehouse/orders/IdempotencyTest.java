package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.store.Database;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** A key is answered once, and then always alike. */
class IdempotencyTest extends OrderServiceTest {

  @Autowired Database database;

  @Test
  void repeat_getsTheFirstAnswerAgain_evenAfterTheOrderHasMovedOn() {
    var key = UUID.randomUUID().toString();
    var first = ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201);
    ada.post("/api/orders/" + first.id() + "/payment", Api.PAYMENT).expect(200);

    var again = ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201);

    assertThat(again.response().body()).isEqualTo(first.response().body());
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
    assertThat(again.header("Location")).isEqualTo(first.header("Location"));
    assertThat(again.header("ETag")).isEqualTo("\"1\"");
    assertThat(first.header("Idempotent-Replayed")).isEmpty();
  }

  @Test
  void repeatOfAPayment_isNotRefusedAsAlreadyPaid() {
    var key = UUID.randomUUID().toString();
    var order = "/api/orders/" + ada.place();
    var first = ada.post(order + "/payment", Api.PAYMENT, "Idempotency-Key", key).expect(200);

    var again =
        ada.post(order + "/payment", Api.PAYMENT, "Idempotency-Key", key, "If-Match", "\"1\"")
            .expect(200);

    assertThat(again.response().body()).isEqualTo(first.response().body());
    assertThat(again.header("Idempotent-Replayed")).isEqualTo("true");
  }

  @Test
  void repeatOfABatch_givesTheSameOrdersInTheSameOrder() {
    var key = UUID.randomUUID().toString();
    var body = "{\"orders\":[" + Api.ORDER + "," + Api.ORDER.replace("EUR", "USD") + "]}";
    var first = ada.post("/api/orders/batch", body, "Idempotency-Key", key).expect(201);

    var again = ada.post("/api/orders/batch", body, "Idempotency-Key", key).expect(201);

    assertThat(again.response().body()).isEqualTo(first.response().body());
    assertThat(again.json().at("/items/1/currency").asString()).isEqualTo("USD");
  }

  @Test
  void key_isRefused_whenItComesWithAnotherBodyOrPath() {
    var key = UUID.randomUUID().toString();
    var id = ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201).id();

    ada.post("/api/orders", Api.ORDER.replace("EUR", "USD"), "Idempotency-Key", key)
        .expect(422, "IDEMPOTENCY_KEY_REUSED");
    ada.post("/api/orders/" + id + "/payment", Api.PAYMENT, "Idempotency-Key", key)
        .expect(422, "IDEMPOTENCY_KEY_REUSED");
    bob.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201);
  }

  @ParameterizedTest
  @ValueSource(strings = {"with space", "tab\there", ""})
  void key_isRefused_whenItIsNotVisibleAscii(String key) {
    ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(400, "VALIDATION_ERROR");
  }

  @Test
  void key_isRefused_whenItIsLongerThan255() {
    ada.post("/api/orders", Api.ORDER, "Idempotency-Key", "k".repeat(256))
        .expect(400, "VALIDATION_ERROR");
    ada.post("/api/orders", Api.ORDER, "Idempotency-Key", "k".repeat(255)).expect(201);
  }

  @Test
  void refusals_areNotRemembered() {
    var key = UUID.randomUUID().toString();
    var order = "/api/orders/" + ada.place();
    service
        .post(
            order + "/shipment",
            "{\"carrier\":\"a\",\"trackingNumber\":\"b\"}",
            "Idempotency-Key",
            key)
        .expect(422, "ORDER_NOT_SHIPPABLE");
    ada.post(order + "/payment", Api.PAYMENT).expect(200);

    var shipped =
        service.post(
            order + "/shipment",
            "{\"carrier\":\"a\",\"trackingNumber\":\"b\"}",
            "Idempotency-Key",
            key);

    assertThat(shipped.expect(200).header("Idempotent-Replayed")).isEmpty();
  }

  @Test
  void key_isFreeAgain_after24Hours() {
    var key = UUID.randomUUID().toString();
    var first = ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201).id();
    database
        .query(
            "update idempotency set created_at = created_at - interval '24 hours' where key = $1"
                + " returning 1",
            statement -> statement.bind("$1", key),
            _ -> true)
        .block();

    var second = ada.post("/api/orders", Api.ORDER, "Idempotency-Key", key).expect(201);

    assertThat(second.id()).isNotEqualTo(first);
    assertThat(ada.get("/api/orders").json().get("items")).hasSize(2);
  }

  @Test
  void hundredParallelRepeats_makeOneOrder_andEqualAnswers() {
    var key = UUID.randomUUID().toString();
    var request = ada.request("POST", "/api/orders", Api.ORDER, "Idempotency-Key", key);

    var answers =
        IntStream.range(0, 100).mapToObj(_ -> ada.async(request)).toList().stream()
            .map(CompletableFuture::join)
            .toList();

    assertThat(answers).extracting(Api.Answer::status).isSubsetOf(201, 409);
    assertThat(answers.stream().filter(answer -> answer.status() == 409))
        .allSatisfy(answer -> assertThat(answer.code()).isEqualTo("REQUEST_IN_PROGRESS"));
    var bodies =
        answers.stream()
            .filter(answer -> answer.status() == 201)
            .map(answer -> answer.json())
            .distinct();
    assertThat(bodies).hasSize(1);
    assertThat(ada.get("/api/orders").json().get("items")).hasSize(1);
    assertThat(ada.send(request).expect(201).header("Idempotent-Replayed")).isEqualTo("true");
  }
}
