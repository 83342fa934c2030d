package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd but possible input gets its exact answer, and a wrong one a clear refusal. */
class InputTest extends OrderServiceTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "+300000-01-01T00:00:00Z",
        "+1000000000-12-31T23:59:59Z",
        "-0001-01-01T00:00:00Z",
        "-300000-01-01T00:00:00Z",
        "12026-01-01T00:00:00Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T00:00:61Z",
        "2026-01-01T12:00:60Z",
        "2026-01-01T00:00:00",
        "2026-01-01T00:00Z",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00+01",
        "2026-01-01",
        "2026-01-01T00:00:00.Z",
        "2026-01-01T00:00:00,5Z",
        "２０２６-01-01T00:00:00Z",
        "\u0000",
        "NaN",
        ""
      })
  void asOf_isRefused_whenItIsNoTimeOfRfc3339(String time) {
    ada.get("/api/orders/" + ada.place() + "?asOf=" + encoded(time))
        .expect(400, "VALIDATION_ERROR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+23:59",
        "1969-12-31T23:59:60Z",
        "1990-12-31T23:59:60Z",
        "1990-12-31T15:59:60-08:00",
        "2000-02-29t00:00:00z",
        "2020-01-01T00:00:00.123456789012345678Z",
        "2020-01-01T00:00:00-00:00"
      })
  void asOf_isNotFound_whenItIsATimeBeforeTheOrder(String time) {
    ada.get("/api/orders/" + ada.place() + "?asOf=" + encoded(time)).expect(404, "NOT_FOUND");
  }

  @ParameterizedTest
  @ValueSource(strings = {"9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:60-23:59"})
  void asOf_isRefused_whenItIsInTheFuture(String time) {
    ada.get("/api/orders/" + ada.place() + "?asOf=" + encoded(time))
        .expect(400, "VALIDATION_ERROR");
  }

  @Test
  void asOf_findsTheOrder_inEverySpellingOfItsTime() {
    var placed = ada.post("/api/orders", Api.ORDER).expect(201);
    var at = placed.json().get("placedAt").asString();
    for (var spelling : new String[] {at, at.toLowerCase(Locale.ROOT)}) {
      for (var finer : new String[] {"", "9", "999999"}) {
        var time = spelling.substring(0, spelling.length() - 1) + finer;
        for (var zone : new String[] {"Z", "z", "+00:00", "-00:00"}) {
          var found = ada.get("/api/orders/" + placed.id() + "?asOf=" + encoded(time + zone));
          assertThat(found.expect(200).json()).as(time + zone).isEqualTo(placed.json());
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "version, 0, 404",
    "version, 2147483648, 404",
    "version, 9223372036854775808, 404",
    "version, -1, 400",
    "version, 1e1, 400",
    "version, 1.0, 400",
    "version, ٣, 400",
    "version, '', 400",
    "asOf, 1, 400"
  })
  void version_isNotFoundOrRefused_neverAFailure(String name, String value, int status) {
    ada.get("/api/orders/" + ada.place() + "?" + name + "=" + encoded(value)).expect(status);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "101", "9223372036854775808", "-9223372036854775809", "1e2", "", "٣"})
  void limit_isRefused_whenItIsNotOneToAHundred(String limit) {
    var id = ada.place();
    for (var path : new String[] {"/api/orders", "/api/orders/" + id + "/events"}) {
      ada.get(path + "?limit=" + encoded(limit)).expect(400, "VALIDATION_ERROR");
    }
    service.get("/api/orders?customerId=x&limitPer=" + encoded(limit)).expect(400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "AAAA", "MTAwMw", "LTE", "", "\u00e9", "AAECAwQFBgcICQ"})
  void cursor_isRefused_whenNoListGaveIt(String cursor) {
    var id = ada.place();
    ada.get("/api/orders?cursor=" + encoded(cursor)).expect(400, "VALIDATION_ERROR");
    ada.get("/api/orders/" + id + "/events?cursor=" + encoded(cursor))
        .expect(400, "VALIDATION_ERROR");
  }

  @Test
  void customerIds_areRefused_whenTheyCannotBe() {
    for (var ids :
        new String[] {"", ",", "a,,b", "x".repeat(65), "a,".repeat(100) + "a", "\u0000"}) {
      service.get("/api/orders?customerId=" + encoded(ids)).expect(400, "VALIDATION_ERROR");
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
