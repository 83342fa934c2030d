package io.gatehouse.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** One HTTP/2 connection, frame by frame; after each test the gateway must be well. */
class Http2Test extends GatewayFixture {

  @AfterEach
  void gatewayIsWell() {
    ORDERS.reset();
    assertThat(get("/api/orders", TOKENS.user("after")).statusCode()).isEqualTo(200);
  }

  private Http2Wire connected() {
    return Http2Wire.connected(https.port());
  }

  /** RFC 9110 section 9.3.2: strict clients take a body for a broken connection. */
  @Test
  void refusedHead_hasNoBody() {
    try (var wire = connected()) {
      wire.request(1, true, "HEAD", "/a%2Fb").flush();
      var answer = wire.answer(1);

      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.headers()).containsKey("content-length");
    }
  }

  @Test
  void request_isForwarded_asByHttp1() {
    try (var wire = connected()) {
      wire.request(
              1,
              true,
              "GET",
              "/api/orders?limit=1",
              "authorization",
              bearer(),
              "cookie",
              "a=1",
              "cookie",
              "b=2",
              "te",
              "trailers")
          .flush();
      var answer = wire.answer(1);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"ok\":true}");
      assertThat(answer.headers())
          .containsKeys("date", "x-request-id", "ratelimit", "strict-transport-security")
          .doesNotContainKeys("connection", "transfer-encoding", "keep-alive");
    }
    assertThat(ORDERS.last().uri()).isEqualTo("/api/orders?limit=1");
    assertThat(ORDERS.last().headers())
        .containsEntry("x-forwarded-proto", "https")
        .containsEntry("x-forwarded-host", "localhost")
        .containsEntry("cookie", "a=1; b=2")
        .doesNotContainKeys("te", "x-http2-stream-id", "x-http2-scheme", "transfer-encoding");
  }

  static Stream<Arguments> malformedHeads() {
    return Stream.of(
        head("no path", ":method", "GET", ":scheme", "https", ":authority", "a"),
        head("an empty path", ":method", "GET", ":scheme", "https", ":path", ""),
        head("no method", ":scheme", "https", ":path", "/health", ":authority", "a"),
        head("no scheme", ":method", "GET", ":path", "/health", ":authority", "a"),
        head("a status", ":status", "200"),
        head("an interim status", ":status", "103"),
        head("nothing but a field, like trailers of no request", "a", "b"),
        head("a method that is no token", requestBut(":method", "G ET")),
        head("a line break in its path", requestBut(":path", "/health\r\nx: y")),
        head("a space in its path", requestBut(":path", "/health HTTP/1.1")),
        head("an unknown pseudo-header", requestAnd(":nobody", "knows")),
        head("a pseudo-header twice", requestAnd(":path", "/docs")),
        head("a pseudo-header behind a field", requestAnd("a", "b", ":authority", "a")),
        head("a name in upper case", requestAnd("Accept", "text/html")),
        head("a name with a space", requestAnd("a b", "c")),
        head("a line break in a value", requestAnd("a", "b\r\nx-user-id: 1")),
        head("NUL in a value", requestAnd("a", "b\0c")),
        head("Connection", requestAnd("connection", "close")),
        head("Keep-Alive", requestAnd("keep-alive", "timeout=5")),
        head("Proxy-Connection", requestAnd("proxy-connection", "keep-alive")),
        head("Transfer-Encoding", requestAnd("transfer-encoding", "chunked")),
        head("Upgrade", requestAnd("upgrade", "websocket")),
        head("TE of anything but trailers", requestAnd("te", "gzip")),
        head("another host than its authority", requestAnd("host", "b")),
        head("two lengths", requestAnd("content-length", "0", "content-length", "1")),
        head("a length without a body", requestAnd("content-length", "5")));
  }

  private static Arguments head(String name, String... lines) {
    return Arguments.of(name, lines);
  }

  private static String[] requestAnd(String... more) {
    var lines = new ArrayList<>(List.of(requestBut("", "")));
    lines.addAll(List.of(more));
    return lines.toArray(String[]::new);
  }

  private static String[] requestBut(String name, String value) {
    var lines =
        List.of(":method", "GET", ":scheme", "https", ":path", "/health", ":authority", "a");
    var other = lines.toArray(String[]::new);
    if (lines.contains(name)) {
      other[lines.indexOf(name) + 1] = value;
    }
    return other;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("malformedHeads")
  void malformedHead_isReset_andItsConnectionServesOn(String name, String[] lines) {
    try (var wire = connected()) {
      var answer = wire.head(1, true, lines).flush().answer(1);

      assertThat(answer.reset()).hasValue(Http2Error.PROTOCOL_ERROR);
      assertThat(wire.request(3, true, "GET", "/health").flush().answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  void hostAsItsAuthority_isOne() {
    try (var wire = connected()) {
      var answer =
          wire.request(
                  1, true, "GET", "/api/orders", "host", "localhost", "authorization", bearer())
              .flush()
              .answer(1);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(ORDERS.last().headers()).containsEntry("x-forwarded-host", "localhost");
    }
  }

  @Test
  void bodyLongerOrShorterThanItSays_isReset() {
    for (var bytes : new int[] {4, 6}) {
      try (var wire = connected()) {
        wire.request(1, false, "POST", "/oauth2/introspect", "content-length", "5")
            .data(1, true, new byte[bytes])
            .flush();

        assertThat(wire.answer(1).reset()).hasValue(Http2Error.PROTOCOL_ERROR);
      }
    }
    assertThat(AUTH.received()).noneMatch(asked -> asked.uri().startsWith("/oauth2"));
  }

  @Test
  void framesOfExtensions_areIgnored() {
    try (var wire = connected()) {
      var answer =
          wire.request(1, false, "POST", "/oauth2/introspect")
              .frame(0xbe, 0, 1, new byte[9])
              .frame(0xbe, 0, 0, new byte[9])
              .data(1, true, (byte) 'a')
              .flush()
              .answer(1);

      assertThat(answer.status()).isEqualTo(200);
    }
  }

  @Test
  void headThatComesSlowly_costsItsConnection() {
    try (var wire = connected()) {
      wire.bytes((byte) 0, (byte) 0).flush();

      assertThat(wire.goodbye()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
    }
    try (var wire = connected()) {
      wire.frame(Http2FrameTypes.HEADERS, 0, 1, Http2Wire.block(":method", "GET")).flush();

      assertThat(wire.goodbye()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
    }
  }

  @Test
  void clientThatSpeaksNoHttp2_isToldSo() {
    try (var wire = Http2Wire.silent(https.port())) {
      wire.bytes("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII)).flush();

      assertThat(wire.goodbye()).isEqualTo(Http2Error.PROTOCOL_ERROR);
    }
  }

  @Test
  void requestsOfOneConnection_areAnsweredSideBySide() {
    ORDERS.answering(
        (_, response) -> response.sendString(Mono.delay(ofMillis(300)).map(_ -> "{}")));
    try (var wire = connected()) {
      wire.request(1, true, "GET", "/api/orders", "authorization", bearer());
      wire.request(3, true, "GET", "/health").flush();

      assertThat(wire.next(Http2FrameTypes.HEADERS).stream()).isEqualTo(3);
    }
  }

  private static String bearer() {
    return "Bearer " + TOKENS.user("u");
  }

  @Test
  void streamBrokenInsideItsAnswer_isReset_andItsConnectionServesOn() {
    ORDERS.answering(
        (request, response) ->
            response.sendString(
                Flux.concat(
                    Mono.just("part"),
                    Mono.defer(() -> Mono.from(StubService.hangUp(request, response)))
                        .cast(String.class))));
    try (var wire = connected()) {
      wire.request(
              1, true, "GET", "/api/orders", "authorization", "Bearer " + TOKENS.user("broken"))
          .flush();
      var answer = wire.answer(1);

      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.reset()).hasValue(Http2Error.INTERNAL_ERROR);
      assertThat(wire.request(3, true, "GET", "/health").flush().answer(3).status()).isEqualTo(200);
    }
  }
}
