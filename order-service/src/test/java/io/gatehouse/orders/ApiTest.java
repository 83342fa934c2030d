package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The contract's calls, answers and refusals. */
class ApiTest extends OrderServiceTest {

  private static final String SHIPMENT = "{\"carrier\":\"DHL\",\"trackingNumber\":\"t-1\"}";

  private static final String CANCELLATION = "{\"reason\":\"changed my mind\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "currency    | 'EURO'            | currency",
        "currency    | 'XYZ'             | currency",
        "items       | []                | items",
        "items       | null              | items",
        "items       | [null]            | items[0]",
        "items[0].quantity  | 0          | items[0].quantity",
        "items[0].quantity  | 10000      | items[0].quantity",
        "items[0].quantity  | 1.5        | items[0].quantity",
        "items[0].unitPrice | -1         | items[0].unitPrice",
        "items[0].unitPrice | 1000000001 | items[0].unitPrice",
        "items[0].unitPrice | 9223372036854775808 | items[0].unitPrice",
        "items[0].unitPrice | 1e400      | items[0].unitPrice",
        "items[0].sku | ''              | items[0].sku",
        "shippingAddress.country | 'ZZ' | shippingAddress.country",
        "colour      | 'red'             | colour"
      })
  void place_isRefusedNamingTheField_whenARuleIsBroken(String at, String value, String field) {
    var order = Api.JSON.readTree(Api.ORDER);
    var json = value.replace('\'', '"');
    var body = replaced(order.toString(), at, json);

    var answer = ada.post("/api/orders", body).expect(400, "VALIDATION_ERROR");

    assertThat(fields(answer.json())).contains(field);
  }

  private static String replaced(String order, String at, String value) {
    return switch (at) {
      case "currency" -> order.replace("\"EUR\"", value);
      case "items" -> order.replaceFirst("\"items\":\\[.*?\\]", "\"items\":" + value);
      case "items[0].quantity" -> order.replace("\"quantity\":2", "\"quantity\":" + value);
      case "items[0].unitPrice" -> order.replace("\"unitPrice\":1230", "\"unitPrice\":" + value);
      case "items[0].sku" -> order.replace("\"book-1\"", value);
      case "shippingAddress.country" -> order.replace("\"GB\"", value);
      default -> order.replaceFirst("\\{", "{\"" + at + "\":" + value + ",");
    };
  }

  private static List<String> fields(JsonNode error) {
    return error.at("/error/details").valueStream().map(d -> d.get("field").asString()).toList();
  }

  @Test
  void place_ignoresWhatOnlyTheServerSets_andRefusesTheCustomerOfOthers() {
    var sentBack =
        Api.ORDER.replaceFirst(
            "\\{", "{\"id\":\"x\",\"version\":9,\"status\":\"PAID\",\"total\":1,");
    var placed = ada.post("/api/orders", sentBack).expect(201).json();
    assertThat(placed.get("status").asString()).isEqualTo("PLACED");
    assertThat(placed.get("total").asLong()).isEqualTo(2460);
    assertThat(placed.get("version").asInt()).isEqualTo(1);

    var named = Api.ORDER.replaceFirst("\\{", "{\"customerId\":\"" + adaId + "\",");
    bob.post("/api/orders", named).expect(403, "FORBIDDEN");
    for (var privileged : List.of(admin, service)) {
      var order = privileged.post("/api/orders", named).expect(201).json();
      assertThat(order.get("customerId").asString()).isEqualTo(adaId);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\u0000", "\\ud800", "\\udc00\\ud800"})
  void place_isMalformed_forTextThatCannotBeStored(String escape) {
    ada.post("/api/orders", Api.ORDER.replace("A book", "A" + escape))
        .expect(400, "MALFORMED_REQUEST");
  }

  @Test
  void place_countsTheLargestOrderExactly() {
    var item = "{\"sku\":\"s\",\"name\":\"n\",\"quantity\":9999,\"unitPrice\":1000000000}";
    var items = String.join(",", IntStream.range(0, 100).mapToObj(_ -> item).toList());

    var placed =
        ada.post("/api/orders", "{\"currency\":\"JPY\",\"items\":[" + items + "]}").expect(201);

    assertThat(placed.json().get("total").asLong()).isEqualTo(999_900_000_000_000L);
    assertThat(placed.json().get("shippingAddress").isNull()).isTrue();
    ada.post("/api/orders", "{\"currency\":\"JPY\",\"items\":[" + items + "," + item + "]}")
        .expect(400, "VALIDATION_ERROR");
  }

  @Test
  void batch_isAllOrNothing_andNamesThePlaceOfTheProblem() {
    var good = Api.ORDER;
    var bad = Api.ORDER.replace("\"quantity\":2", "\"quantity\":0");

    var refused =
        ada.post("/api/orders/batch", "{\"orders\":[" + good + "," + bad + "]}")
            .expect(400, "VALIDATION_ERROR");
    assertThat(fields(refused.json())).containsExactly("orders[1].items[0].quantity");
    assertThat(ada.get("/api/orders").json().get("items")).isEmpty();

    var placed =
        ada.post("/api/orders/batch", "{\"orders\":[" + good + "," + good + "]}").expect(201);
    assertThat(placed.json().get("items")).hasSize(2);
    assertThat(ada.get("/api/orders").json().get("items")).hasSize(2);
    ada.post("/api/orders/batch", "{\"orders\":[]}").expect(400, "VALIDATION_ERROR");
  }

  @Test
  void commands_areRefusedWithTheirOwnCode_whenTheStateForbidsThem() {
    var id = ada.place();
    var order = "/api/orders/" + id;
    service.post(order + "/shipment", SHIPMENT).expect(422, "ORDER_NOT_SHIPPABLE");
    service.post(order + "/delivery", "{}").expect(422, "ORDER_NOT_DELIVERABLE");
    ada.post(order + "/payment", Api.PAYMENT).expect(200);
    ada.post(order + "/payment", Api.PAYMENT).expect(422, "ORDER_NOT_PAYABLE");
    ada.put(
            order + "/items",
            "{\"items\":[{\"sku\":\"a\",\"name\":\"b\",\"quantity\":1,\"unitPrice\":1}]}")
        .expect(422, "ORDER_NOT_CHANGEABLE");
    service.post(order + "/shipment", SHIPMENT).expect(200);
    ada.post(order + "/cancellation", CANCELLATION).expect(422, "ORDER_NOT_CANCELLABLE");
  }

  @Test
  void access_isRefused_toStrangersRolesAndScopes() {
    var id = ada.place();
    var order = "/api/orders/" + id;

    bob.get(order).expect(403, "FORBIDDEN");
    bob.get(order + "?version=1").expect(403, "FORBIDDEN");
    bob.get(order + "?asOf=2020-01-01T00:00:00Z").expect(403, "FORBIDDEN");
    bob.get(order + "/diff?from=1&to=1").expect(403, "FORBIDDEN");
    bob.get(order + "/verification").expect(403, "FORBIDDEN");
    bob.post(order + "/payment", Api.PAYMENT).expect(403, "FORBIDDEN");
    bob.post(order + "/cancellation", CANCELLATION).expect(403, "FORBIDDEN");
    ada.post(order + "/shipment", SHIPMENT).expect(403, "FORBIDDEN");
    ada.post(order + "/delivery", "{}").expect(403, "FORBIDDEN");
    bob.get("/api/orders?customerId=" + adaId).expect(403, "FORBIDDEN");
    assertThat(bob.get("/api/orders").expect(200).json().get("items")).isEmpty();
    assertThat(admin.get("/api/orders?customerId=" + adaId).expect(200).json().get("items"))
        .hasSize(1);

    var reader = api(tokens.token(claims -> claims.subject(adaId).claim("scope", "orders.read")));
    reader.get(order).expect(200);
    reader.post("/api/orders", Api.ORDER).expect(403, "FORBIDDEN");
    var writer = api(tokens.token(claims -> claims.subject(adaId).claim("scope", "orders.write")));
    writer.get(order).expect(403, "FORBIDDEN");
    api("").get(order).expect(401, "UNAUTHENTICATED");
    ada.get("/feed").expect(403, "FORBIDDEN");
  }

  @Test
  void change_isRefused_whenIfMatchNamesAnotherVersion() {
    var order = "/api/orders/" + ada.place();

    ada.post(order + "/payment", Api.PAYMENT, "If-Match", "\"2\"").expect(412, "VERSION_MISMATCH");
    ada.post(order + "/payment", Api.PAYMENT, "If-Match", "W/\"1\"")
        .expect(412, "VERSION_MISMATCH");
    ada.post(order + "/payment", Api.PAYMENT, "If-Match", "one").expect(400, "VALIDATION_ERROR");
    ada.post(order + "/payment", Api.PAYMENT, "If-Match", "\"1\"").expect(200);
    ada.post(order + "/cancellation", CANCELLATION, "If-Match", "*").expect(200);
  }

  @Test
  void methodsAndTypes_areRefusedAsHttpSays() {
    assertThat(ada.put("/api/orders", "{}").expect(405, "METHOD_NOT_ALLOWED").header("Allow"))
        .isEqualTo("GET, HEAD, POST");
    ada.get("/api/orders", "Accept", "text/html").expect(406, "NOT_ACCEPTABLE");
    ada.get("/api/orders/stream", "Accept", "application/json").expect(406, "NOT_ACCEPTABLE");
    ada.post("/api/orders", "{\"currency\":\"EUR\",\"currency\":\"EUR\"}")
        .expect(400, "MALFORMED_REQUEST");
    ada.get("/api/nothing").expect(404, "NOT_FOUND");
  }
}
