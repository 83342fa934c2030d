package io.gatehouse.orders.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one data encryption key has wrapped, and what it is worth under others. */
class DataKeysTest {
  private static final byte[] OLD = CustomerKey.random(32);
  private static final byte[] NEW = CustomerKey.random(32);
  private static final byte[] CUSTOMERS = CustomerKey.random(32);
  private static final DataKeys BEFORE = new DataKeys(List.of(OLD));
  private static final DataKeys CHANGING = new DataKeys(List.of(NEW, OLD));
  private static final DataKeys AFTER = new DataKeys(List.of(NEW));

  @Test
  void wrappedByAnotherOfThem_isRead_andWrappedByTheFirst() {
    var wrapped = BEFORE.wrap(CUSTOMERS, "ada");

    assertThat(CHANGING.unwrap(wrapped, "ada")).isEqualTo(CUSTOMERS);
    var fresh = CHANGING.rewrap(wrapped, "ada").orElseThrow();
    assertThat(AFTER.unwrap(fresh, "ada")).isEqualTo(CUSTOMERS);
    assertThat(CHANGING.rewrap(fresh, "ada")).isEmpty();
    assertThat(AFTER.unwrap(CHANGING.wrap(CUSTOMERS, "ada"), "ada")).isEqualTo(CUSTOMERS);
  }

  @Test
  void wrappedByNoneOfThem_orForSomebodyElse_isRefused_namingTheVariables() {
    var wrapped = BEFORE.wrap(CUSTOMERS, "ada");

    for (var attempt :
        List.<ThrowingCallable>of(
            () -> AFTER.unwrap(wrapped, "ada"),
            () -> AFTER.rewrap(wrapped, "ada"),
            () -> CHANGING.unwrap(wrapped, "bob"))) {
      assertThatThrownBy(attempt)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("GATEHOUSE_OTHER_DATA_ENCRYPTION_KEYS");
    }
  }

  @Test
  void answerUnderAnotherOfThem_isTheSameRequests() {
    var body = "{}".getBytes(StandardCharsets.UTF_8);
    var answer =
        new RequestKey.Answer(
            BEFORE.fingerprints("POST", "/api/orders", body).getFirst(), 201, List.of(), List.of());

    assertThat(answer.answers(request(CHANGING, "/api/orders", body))).isTrue();
    assertThat(answer.answers(request(CHANGING, "/api/orders/batch", body))).isFalse();
    assertThat(answer.answers(request(AFTER, "/api/orders", body))).isFalse();
    assertThat(request(CHANGING, "/api/orders", body).fingerprint())
        .isEqualTo(request(AFTER, "/api/orders", body).fingerprint());
  }

  private static RequestKey request(DataKeys keys, String path, byte[] body) {
    return new RequestKey("ada", "k", keys.fingerprints("POST", path, body));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "not base64!"})
  void otherKey_thatIsNone_stopsTheStart_namingTheSetting(String other) {
    var inUse = Base64.getEncoder().encodeToString(NEW);

    assertThatThrownBy(() -> new StoreProperties(inUse, List.of(other)))
        .hasMessageContaining("GATEHOUSE_OTHER_DATA_ENCRYPTION_KEYS");
    assertThatThrownBy(() -> new StoreProperties(inUse, List.of(inUse)))
        .hasMessageContaining("GATEHOUSE_OTHER_DATA_ENCRYPTION_KEYS");
  }
}
