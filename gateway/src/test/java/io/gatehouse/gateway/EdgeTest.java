package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Mono;

@ParameterizedClass
@EnumSource(Wire.class)
class EdgeTest extends GatewayFixture {

  @Test
  void spoofedHeaders_areDropped_fromAnUntrustedPeer() {
    var request =
        request("/api/orders", TOKENS.user("u"))
            .header("X-Forwarded-For", "1.2.3.4")
            .header("X-Forwarded-Proto", "https")
            .header("X-Forwarded-Prefix", "/evil")
            .header("Forwarded", "for=1.2.3.4")
            .header("X-User-Id", "admin")
            .header("X-User-Roles", "ADMIN")
            .header("X-Real-IP", "1.2.3.4")
            .header("TE", "trailers");
    // Over HTTP/2 it is no header at all (Http2Test).
    var answer = send(wire == Wire.HTTP_1_1 ? request.header("Keep-Alive", "1") : request);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ORDERS.last().headers())
        .containsEntry("x-forwarded-for", "127.0.0.1")
        .containsEntry("x-forwarded-proto", request.build().uri().getScheme())
        .doesNotContainKeys(
            "x-forwarded-prefix",
            "forwarded",
            "x-user-id",
            "x-user-roles",
            "x-real-ip",
            "keep-alive",
            "te");
  }

  @Test
  void headersNamedByConnection_areDropped() {
    raw(
        "GET /api/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
            + TOKENS.user("u")
            + "\r\nX-Secret: 1\r\nConnection: close, X-Secret\r\n\r\n");

    assertThat(ORDERS.last().headers()).doesNotContainKeys("x-secret", "connection");
  }

  @Test
  void headersNamedByAFurtherConnectionLine_areDropped() {
    raw(
        "GET /api/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer "
            + TOKENS.user("u")
            + "\r\nX-Secret: 1\r\nConnection: close\r\nConnection: X-Secret\r\n\r\n");

    assertThat(ORDERS.last().headers()).doesNotContainKeys("x-secret", "connection");
  }

  @Test
  void requestId_isKept_whenItIsWellFormed() {
    var answer = send(request("/api/orders").header("X-Request-Id", "abc.DEF-1_2"));

    assertThat(answer.headers().firstValue("X-Request-Id")).hasValue("abc.DEF-1_2");
    assertThat(answer.body()).contains("\"requestId\":\"abc.DEF-1_2\"");
  }

  @Test
  void requestId_isReplaced_whenItIsNot() {
    var answer = send(request("/api/orders").header("X-Request-Id", "a b"));

    assertThat(answer.headers().firstValue("X-Request-Id").orElseThrow())
        .matches("[A-Za-z0-9._-]{1,64}")
        .isNotEqualTo("a b");
  }

  @Test
  void preflight_isAnswered_forAConfiguredOrigin() {
    var answer = preflight("https://shop.example.com");

    assertThat(answer.statusCode()).isEqualTo(204);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://shop.example.com");
    assertThat(answer.headers().firstValue("Access-Control-Allow-Methods").orElseThrow())
        .contains("DELETE");
    assertThat(ORDERS.received()).isEmpty();
  }

  @Test
  void preflight_isRefused_forAStrangeOrigin() {
    var answer = preflight("https://evil.example.com");

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body()).contains("\"code\":\"FORBIDDEN\"");
    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
  }

  private java.net.http.HttpResponse<String> preflight(String origin) {
    return send(
        request("/api/orders")
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "DELETE"));
  }

  @Test
  void strangeOrigin_getsNoCorsHeader_whateverTheServiceSays() {
    ORDERS.answering(
        (_, response) ->
            response.header("Access-Control-Allow-Origin", "*").sendString(Mono.just("{}")));

    var answer =
        send(request("/api/orders", TOKENS.user("u")).header("Origin", "https://evil.example.com"));

    assertThat(answer.headers().map()).doesNotContainKey("access-control-allow-origin");
  }

  @Test
  void answer_isCompressed_whenAskedFor_andOver1KiB() {
    ORDERS.answering(
        (_, response) ->
            response
                .header("content-type", "application/json")
                .sendString(Mono.just("\"" + "a".repeat(5000) + "\"")));
    var token = TOKENS.user("u");

    var asked = send(request("/api/orders", token).header("Accept-Encoding", "gzip"));
    var unasked = get("/api/orders", token);
    ORDERS.answering(
        (_, response) ->
            response.header("content-type", "application/json").sendString(Mono.just("\"a\"")));
    var small = send(request("/api/orders", token).header("Accept-Encoding", "gzip"));

    assertThat(asked.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(unasked.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(unasked.body()).hasSize(5002);
    assertThat(small.headers().firstValue("Content-Encoding")).isEmpty();
  }

  @Test
  void eventStream_isNotCompressed_becauseEachEventHasToArriveAtOnce() {
    var event = "data: " + "a".repeat(5000) + "\n\n";
    ORDERS.answering((_, response) -> response.sse().sendString(Mono.just(event)));

    var answer =
        send(request("/api/orders/stream", TOKENS.user("u")).header("Accept-Encoding", "gzip"));

    assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(answer.body()).isEqualTo(event);
  }

  @Test
  void securityHeaders_areOnEveryAnswer() {
    for (var path : new String[] {"/api/orders", "/nowhere", "/health"}) {
      var headers = get(path).headers();
      assertThat(headers.firstValue("X-Content-Type-Options")).hasValue("nosniff");
      assertThat(headers.firstValue("X-Frame-Options")).hasValue("DENY");
      assertThat(headers.firstValue("Strict-Transport-Security").isPresent())
          .isEqualTo(wire == Wire.HTTP_2);
    }
  }

  @Test
  void head_hasTheLengthAndNoBody() {
    ORDERS.answering((_, response) -> response.header("content-length", "123").send());

    var answer = send(request("/api/orders", TOKENS.user("u")).HEAD());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Length")).hasValue("123");
    assertThat(answer.body()).isEmpty();
  }
}
