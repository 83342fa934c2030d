package io.gatehouse.gateway.graphql;

import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Whatever is sent to the composed paths is the caller's fault or answered: some thousand requests,
 * put together of odd parts, always the same ones.
 */
class GraphQlFuzzTest extends GraphQlGateway {
  private static final Set<Integer> STATUSES =
      Set.of(200, 400, 405, 406, 413, 414, 415, 422, 429, 431);

  /** Fewer than a caller's burst. */
  private static final int PER_CALLER = 25;

  private static final List<String> HEADERS =
      List.of(
          "Accept",
          "Content-Type",
          "Accept-Encoding",
          "Accept-Language",
          "Accept-Charset",
          "Idempotency-Key",
          "If-Match",
          "If-None-Match",
          "Cookie",
          "Origin",
          "Range",
          "traceparent",
          "tracestate",
          "baggage",
          "X-Request-Id",
          "If-Modified-Since",
          "Content-Encoding",
          "Prefer");
  private static final List<String> VALUES =
      List.of(
          "foo",
          "",
          "*",
          "*/*",
          ";",
          "/",
          "a/b/c",
          "application/json",
          "application/json;charset=foo",
          "application/json;charset=utf-16",
          "application/json;charset=\"",
          "text/html;q=2",
          "application/graphql-response+json;q=x",
          "*/json",
          "json/*",
          "\"",
          "W/\"1\"",
          "\"1\", \"2\"",
          "\"-1\"",
          "\"99999999999999999999\"",
          "SESSION=AA==",
          "=",
          "null",
          "http://[",
          "é",
          "gzip",
          "bytes=0-1",
          "00-0-0-0",
          "00-" + "f".repeat(32) + "-" + "f".repeat(16) + "-01",
          "q=1;q=1",
          "multipart/form-data",
          "x".repeat(2000),
          "Thu, 99 Nov 2026 25:00:00 GMT",
          "%zz",
          "\t");
  private static final List<String> QUERIES =
      List.of(
          "{ me { id } }",
          "query A { me { id name } } query B { orders { next } }",
          "query($n: Int) { orders(limit: $n) { items { id total placedAt items { sku } events { data } } next } }",
          "query($v: DateTime, $i: ID!) { order(id: $i, asOf: $v) { id customer { id } } }",
          "query($x: JSON) { __typename }",
          "query($x: Nope!) { me { id } }",
          "query($s: OrderStatus = PAID) { orders(status: $s) { next } }",
          "mutation($i: PlaceOrderInput!) { placeOrder(input: $i) { id } }",
          "mutation { createUser(input: {email: \"a\", name: \"b\", password: \"c\"}) { id } }",
          "mutation($i: ID!) { a: cancelOrder(id: $i, reason: \"\\u0000\") { id } b: cancelOrder(id: $i, reason: \"\\uD800\") { id } }",
          "subscription { me { id } }",
          "{ me { ...A } } fragment A on User { ...A }",
          "{ me { ...A } } fragment A on User { ...B } fragment B on User { ...A }",
          "{ ...A } fragment A on Nope { id }",
          "fragment A on User { id }",
          "type Query { a: Int }",
          "{ me @include(if: $x) { id } }",
          "{ me @skip(if: true) @skip(if: false) { id } }",
          "{ me @defer { id } }",
          "{ __type(name: \"User\") { name fields { name } } }",
          "{ __type(name: null) { name } }",
          "{ users(limit: 1e400) { id } }",
          "{ users(limit: 99999999999999999999) { id } }",
          "{ users(limit: -0) { id } }",
          "{ orders(after: \"\"\"block\n\"\"\") { next } }",
          "{ order(id: {a: [1, $x]}) { id } }",
          "{ me { id: name id } }",
          "{ me { id } me { name } }",
          "{ me }",
          "{ me { id { x } } }",
          "\uFEFF{ me { id } }",
          "{ me { id } } \u0000",
          "{ \u00e9 }",
          "#",
          "",
          "{",
          "}{",
          "\"");
  private static final List<String> VALUES_OF_JSON =
      List.of(
          "null",
          "true",
          "0",
          "-1",
          "1.5",
          "1e400",
          "99999999999999999999",
          "\"\"",
          "\"x\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"2026-11-22T10:00:00Z\"",
          "[]",
          "{}",
          "[[]]",
          "{\"\":{}}",
          "{\"a\":1,\"a\":2}",
          "[".repeat(100) + "]".repeat(100),
          "[".repeat(3000) + "]".repeat(3000),
          "{\"a\":".repeat(600) + "1" + "}".repeat(600),
          "{\"n\":\"x\"}",
          "{\"n\":5}",
          "{\"n\":1e30}",
          "{\"i\":\"x\",\"v\":\"never\"}",
          "{\"i\":{\"currency\":1,\"items\":{}}}",
          "{\"i\":{\"currency\":\"EUR\",\"items\":[null]}}",
          "{\"x\":" + "[".repeat(400) + "]".repeat(400) + "}",
          "{\"persistedQuery\":{\"version\":1,\"sha256Hash\":\"0\"}}",
          "[1,2,3]",
          "tru",
          "'x'",
          "NaN",
          "[" + "1,".repeat(60_000) + "1]");
  private static final List<String> BODIES =
      List.of(
          "",
          " ",
          "null",
          "[]",
          "{}",
          "0",
          "\"x\"",
          "{\"query\":",
          "{\"query\":\"{ me { id } }\"",
          "{\"query\":\"{ me { id } }\"} x",
          "[{\"query\":\"{ me { id } }\"}]",
          "{\"query\":[\"{ me { id } }\"]}",
          "{\"query\":\"{ me { id } }\",\"query\":\"{ me { id } }\"}",
          "query={me{id}}",
          "\uFEFF{\"query\":\"{ me { id } }\"}",
          "{\"Query\":\"{ me { id } }\"}",
          "{\"query\":null}",
          "{\"id\":\"doc\"}",
          "<query/>");

  private final Random random = new Random(11);
  private int requests;
  private String token = "";

  @BeforeEach
  void services() {
    for (var service : List.of(USER_SERVICE, ORDER_SERVICE)) {
      service.stubFor(any(anyUrl()).atPriority(9).willReturn(refusal(404, "NOT_FOUND")));
    }
    USER_SERVICE.stubFor(WireMock.get("/api/users/me").willReturn(ok(user(subject))));
    ORDER_SERVICE.stubFor(
        WireMock.get(urlPathEqualTo("/api/orders"))
            .willReturn(
                ok(
                    "{\"items\":[{\"id\":\""
                        + other
                        + "\",\"total\":\"no number\"}],\"next\":null}")));
  }

  @Test
  void posts_areAnsweredOrRefused() {
    for (var i = 0; i < 900; i++) {
      var body = body();
      var request =
          begin("/graphql")
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(body));
      assertNoFaultOfOurs(request, new String(body, UTF_8));
    }
  }

  @Test
  void headers_areReadOrRefused() {
    for (var i = 0; i < 900; i++) {
      var request = begin(i % 3 == 0 ? "/api/me/overview" : "/graphql");
      var sent = new StringBuilder();
      for (var n = random.nextInt(3); n >= 0; n--) {
        var name = oneOf(HEADERS);
        var value = oneOf(VALUES);
        request.header(name, value);
        sent.append(name).append(": ").append(value).append('\n');
      }
      if (i % 3 != 0) {
        request.POST(BodyPublishers.ofString("{\"query\":\"{ me { id } }\"}"));
      }
      if (i % 3 == 1) {
        request.header("Content-Type", "application/json");
      }
      assertNoFaultOfOurs(request, sent.toString());
    }
  }

  @Test
  void parameters_areReadOrRefused() {
    var names =
        List.of("query", "variables", "operationName", "extensions", "", "%00", "limit", "x[]");
    for (var i = 0; i < 600; i++) {
      var path = new StringBuilder(i % 4 == 0 ? "/api/me/overview?" : "/graphql?");
      for (var n = random.nextInt(4); n >= 0; n--) {
        path.append(oneOf(names))
            .append('=')
            .append(
                encoded(shortened(random.nextBoolean() ? oneOf(QUERIES) : oneOf(VALUES_OF_JSON))))
            .append('&');
      }
      assertNoFaultOfOurs(begin(path.toString()).GET(), path.toString());
    }
  }

  @Test
  void methods_areAnsweredOrRefused() {
    for (var path :
        List.of(
            "/graphql",
            "/graphql/",
            "/graphql/x",
            "/api/me",
            "/api/me/",
            "/api/me/x",
            "/api/me/overview/")) {
      for (var method :
          List.of("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY", "FOO")) {
        var response = send(begin(path).method(method, BodyPublishers.ofString("{}")));
        assertThat(response.statusCode()).as("%s %s", method, path).isBetween(200, 431);
      }
    }
  }

  private byte[] body() {
    if (random.nextInt(6) == 0) {
      var charset = oneOf(List.of(UTF_8, StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16));
      return oneOf(BODIES).getBytes(charset);
    }
    var body = new StringBuilder("{\"query\":" + JSON.writeValueAsString(oneOf(QUERIES)));
    for (var name : List.of("variables", "operationName", "extensions", "surplus")) {
      if (random.nextInt(3) == 0) {
        body.append(",\"").append(name).append("\":").append(oneOf(VALUES_OF_JSON));
      }
    }
    var bytes = body.append('}').toString().getBytes(UTF_8);
    if (random.nextInt(5) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private HttpRequest.Builder begin(String path) {
    if (requests++ % PER_CALLER == 0) {
      token = TOKENS.user(UUID.randomUUID().toString());
    }
    return request(path, token);
  }

  private static void assertNoFaultOfOurs(HttpRequest.Builder request, String sent) {
    var response = send(request);
    assertThat(response.statusCode())
        .as("%s\n%s", shortened(sent), shortened(response.body()))
        .isIn(STATUSES);
    assertThat(json(response).propertyNames())
        .as("%s", shortened(sent))
        .containsAnyOf("data", "errors", "error", "user", "missing");
    assertThat(response.body())
        .doesNotContain("INTERNAL_ERROR", "Exception", "io.gatehouse", "graphql.java");
  }

  private static String shortened(String text) {
    return text.length() > 400 ? text.substring(0, 400) : text;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
