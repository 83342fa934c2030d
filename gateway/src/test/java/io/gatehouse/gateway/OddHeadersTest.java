package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Headers of every odd kind to what the gateway answers itself: never its own fault. */
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what these are about.
class OddHeadersTest extends GatewayFixture {
  private static final String[] NAMES = {
    "Accept",
    "Accept-Charset",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Baggage",
    "Cache-Control",
    "Connection",
    "Content-Disposition",
    "Content-Encoding",
    "Content-Language",
    "Content-Location",
    "Content-Range",
    "Content-Type",
    "Cookie",
    "Date",
    "Expect",
    "Forwarded",
    "From",
    "HTTP2-Settings",
    "Idempotency-Key",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "If-Unmodified-Since",
    "Last-Event-ID",
    "Max-Forwards",
    "Origin",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
    "Pragma",
    "Prefer",
    "Range",
    "Referer",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Version",
    "TE",
    "Trailer",
    "Upgrade",
    "User-Agent",
    "Via",
    "X-Forwarded-For",
    "X-Forwarded-Proto",
    "X-Forwarded-Prefix",
    "X-HTTP-Method-Override",
    "X-Request-Id",
    "traceparent",
    "tracestate"
  };
  private static final String[] VALUES = {
    "",
    "foo",
    "foo/",
    "/",
    "*/*",
    "*",
    "text/html",
    "application/json",
    "application/json;",
    ";",
    "application/json; charset=foo",
    "multipart/form-data",
    "a/b;q=2",
    "text/*;q=foo",
    "\"",
    "\"\"",
    "W/",
    "W/\"\"",
    "\"a\", b",
    "bytes=9-1,foo",
    "=",
    "a=b; c",
    "SESSION=AA==",
    "$Version=1; a=b",
    "Bearer",
    "Bearer ",
    "Bearer null",
    "Bearer bnVsbA.e30.AA",
    "Basic",
    "Basic \u00ff",
    "\u00e9\u00ff",
    "http://",
    "http://[",
    "null",
    "-1",
    "99999999999999999999",
    "1e400",
    "%00",
    "%zz",
    "{{7*7}}",
    "Sat, 99 Foo 9999 25:61:61 GMT",
    "websocket",
    "h2c",
    "100-continue",
    "close",
    "form-data; name=\"",
    "00-00000000000000000000000000000000-0000000000000000-ff",
    ",",
    ",,,",
    "a,b;c=d;e=\"f"
  };

  /** For each line; {@code -Dgatehouse.fuzz=2000} looks further. */
  private static final int REQUESTS = Integer.getInteger("gatehouse.fuzz", 40);

  private static final Pattern STATUS = Pattern.compile("(?m)^HTTP/1\\.1 (\\d{3})");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /health",
        "HEAD /health",
        "GET /docs",
        "POST /docs",
        "GET /openapi.json",
        "GET /docs/assets/x/y",
        "GET /console/",
        "GET /nowhere",
        "PUT /nowhere",
        "GET /api/nowhere",
        "GET /api/me/overview",
        "DELETE /api/me/overview",
        "GET /graphql",
        "POST /graphql",
        "OPTIONS /api/orders",
        "OPTIONS /nowhere",
        "GET /api/orders",
        "POST /oauth2/token"
      })
  void oddHeaders_areNeverAFailureOfOurs(String line) {
    var random = new Random(line.hashCode());
    for (var i = 0; i < REQUESTS; i++) {
      var headers = new StringBuilder();
      for (var j = random.nextInt(1, 4); j > 0; j--) {
        headers
            .append(NAMES[random.nextInt(NAMES.length)])
            .append(": ")
            .append(VALUES[random.nextInt(VALUES.length)])
            .append("\r\n");
      }
      assertAnswered(line, headers.toString());
    }
  }

  private void assertAnswered(String line, String headers) {
    var token =
        headers.contains("Authorization")
            ? ""
            : "Authorization: Bearer " + TOKENS.user(UUID.randomUUID().toString()) + "\r\n";
    var body = line.startsWith("POST") ? "Content-Length: 2\r\n" : "";
    var answer =
        raw(
            line
                + " HTTP/1.1\r\nHost: a\r\n"
                + token
                + headers
                + body
                + "Connection: close\r\n\r\n"
                + (body.isEmpty() ? "" : "{}"));
    var told = line + " " + headers + answer;
    var statuses = STATUS.matcher(answer).results().map(found -> found.group(1)).toList();
    assertThat(statuses).as(told).isNotEmpty();
    var status = Integer.parseInt(statuses.getLast());
    assertThat(status).as(told).isLessThan(500);
    if (status >= 400 && !line.startsWith("HEAD") && !isBare(answer)) {
      assertThat(answer).as(told).containsAnyOf("\"error\":", "<!doctype html>", "\"errors\":");
    }
  }

  /** What cannot be parsed at all gets no more than a 400 and a closed connection. */
  private static boolean isBare(String answer) {
    return answer.startsWith("HTTP/1.1 400") && answer.contains("content-length: 0\r\n");
  }
}
