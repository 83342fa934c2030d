package io.gatehouse.orders;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What generated requests are made of. */
final class FuzzWords {
  static final List<String> ODD =
      List.of(
          "",
          " ",
          "*",
          "\"1\"",
          "W/\"1\"",
          "\"1\", \"2\"",
          "foo",
          "foo/",
          "/",
          "*/*",
          "a/b;q=x",
          ",",
          ",,\"1\",",
          "\"",
          "W/",
          "\"\u00e9\"",
          "0",
          "-1",
          "1",
          "2",
          "100",
          "101",
          "2147483648",
          "9223372036854775808",
          "1e400",
          "NaN",
          "null",
          "true",
          "%",
          "%zz",
          "%00",
          "%C3%28",
          "\u0000",
          "\ud83d\ude00",
          "٣",
          "'--",
          "{}",
          "[]",
          "<x>",
          "../..",
          "a,b,,c",
          "1.1",
          "0.0",
          "3.9",
          "999999999999999999.1",
          "+300000-01-01T00:00:00Z",
          "2020-01-01T00:00:00Z",
          "2020-12-31T23:59:60Z",
          "9999-12-31T23:59:59Z",
          "2020-01-01t00:00:00.1z",
          "PLACED",
          "paid",
          "MTI",
          "AAAA",
          "application/json",
          "application/json;charset=utf-16",
          "text/event-stream",
          "application/*+json",
          "gzip, br;q=0, *;q=0.1",
          "bytes=0-1",
          "x".repeat(300),
          "é€".repeat(40));

  static final List<String> HEADERS =
      List.of(
          "Accept",
          "Accept-Charset",
          "Accept-Encoding",
          "Accept-Language",
          "Content-Type",
          "Content-Encoding",
          "Content-Language",
          "Cookie",
          "Date",
          "Forwarded",
          "If-Match",
          "If-Modified-Since",
          "If-None-Match",
          "If-Range",
          "If-Unmodified-Since",
          "Idempotency-Key",
          "Last-Event-ID",
          "Origin",
          "Prefer",
          "Range",
          "Referer",
          "TE",
          "User-Agent",
          "X-Forwarded-For",
          "X-HTTP-Method-Override",
          "X-Request-Id",
          "traceparent",
          "tracestate",
          "Access-Control-Request-Method");

  /** Those that order-service itself decides by. */
  static final List<String> LOOKED_AT =
      List.of("If-None-Match", "If-Match", "Last-Event-ID", "Idempotency-Key", "Accept");

  static final Map<String, String> BODIES =
      new TreeMap<>(
          Map.of(
              "orders", Api.ORDER,
              "batch", "{\"orders\":[" + Api.ORDER + "]}",
              "items",
                  "{\"items\":[{\"sku\":\"a\",\"name\":\"b\",\"quantity\":1,\"unitPrice\":1}]}",
              "payment", Api.PAYMENT,
              "shipment", "{\"carrier\":\"DHL\",\"trackingNumber\":\"t-1\"}",
              "delivery", "{}",
              "cancellation", "{\"reason\":\"none\"}"));

  static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "1.5",
          "-0",
          "1e400",
          "9223372036854775808",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "[[]]",
          "{}",
          "[null]",
          "{\"a\":{}}",
          "\"\ud83d\ude00\"",
          "2.0",
          "nan",
          "'x'",
          "[1,]",
          "{\"a\":1,\"a\":2}");

  private FuzzWords() {}
}
