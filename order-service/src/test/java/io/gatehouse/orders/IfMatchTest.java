package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every change honours {@code If-Match}, and says so before it says what the state forbids. */
class IfMatchTest extends OrderServiceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "PUT  | items        | 200 |"
            + " {\"items\":[{\"sku\":\"a\",\"name\":\"b\",\"quantity\":1,\"unitPrice\":1}]}",
        "POST | payment      | 200 | {\"method\":\"card\",\"reference\":\"r-1\"}",
        "POST | shipment     | 422 | {\"carrier\":\"DHL\",\"trackingNumber\":\"t-1\"}",
        "POST | delivery     | 422 | {}",
        "POST | cancellation | 200 | {\"reason\":\"changed my mind\"}"
      })
  void change_isRefused_whenItNamesAnotherVersion(
      String method, String action, int matching, String body) {
    var order = "/api/orders/" + ada.place();

    for (var tag : new String[] {"\"2\"", "\"0\"", "W/\"1\"", "\"x\""}) {
      admin
          .send(admin.request(method, order + "/" + action, body, "If-Match", tag))
          .expect(412, "VERSION_MISMATCH");
    }

    assertThat(ada.get(order).expect(200).json().get("version").asInt()).isEqualTo(1);
    admin
        .send(admin.request(method, order + "/" + action, body, "If-Match", "\"9\", \"1\""))
        .expect(matching);
  }
}
