package io.gatehouse.orders;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd but possible input gets its exact answer, and a wrong one a clear refusal. */
class InputTest extends OrderServiceTest {
  /** Turned around, interrupted by nothing, from no alphabet; as JSON writes them. */
  private static final List<String> DECEIVING =
      List.of("tea\\u202egnp", "t\\u200bea", "tea\\u2066", "tea\\ue000", "\\u3164");

  /** Persian with a joiner, and a family. */
  private static final String NOT_LATIN =
      "\u06a9\u062a\u0627\u0628\u200c\u0647\u0627 \ud83d\udc69\u200d\ud83d\ude80";

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "items[0].sku",
        "items[0].name",
        "shippingAddress.name",
        "shippingAddress.line1",
        "shippingAddress.line2",
        "shippingAddress.city",
        "shippingAddress.postalCode"
      })
  void charactersThatDeceive_areRefused_inAnOrder(String field) {
    var name = field.substring(field.lastIndexOf('.') + 1);
    for (var text : DECEIVING) {
      var part = field.startsWith("items") ? "\"items\":[{" : "\"shippingAddress\":{";
      var body =
          Api.ORDER.replaceFirst(
              "(?s)" + Pattern.quote(part) + "(.*?)\"" + name + "\":(null|\"[^\"]*\")",
              Matcher.quoteReplacement(part)
                  + "$1"
                  + Matcher.quoteReplacement("\"%s\":\"%s\"".formatted(name, text)));

      isRefused(ada.post("/api/orders", body), field);
    }
    ada.post("/api/orders", Api.ORDER.replace("A book", NOT_LATIN)).expect(201);
  }

  @Test
  void charactersThatDeceive_areRefused_inCommands() {
    var id = ada.place();
    for (var text : DECEIVING) {
      isRefused(
          ada.post("/api/orders/" + id + "/cancellation", "{\"reason\":\"" + text + "\"}"),
          "reason");
      isRefused(
          ada.post("/api/orders/" + id + "/payment", Api.PAYMENT.replace("r-1", text)),
          "reference");
      isRefused(
          service.post(
              "/api/orders/" + id + "/shipment",
              "{\"carrier\":\"post\",\"trackingNumber\":\"" + text + "\"}"),
          "trackingNumber");
    }
    ada.post(
            "/api/orders/" + id + "/cancellation",
            "{\"reason\":\"two\\nlines, " + NOT_LATIN + "\"}")
        .expect(200);
  }

  private static void isRefused(Api.Answer answer, String field) {
    answer.expect(400, "VALIDATION_ERROR");
    assertThat(answer.json().at("/error/details/0/field").asString()).isEqualTo(field);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
