package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/**
 * RFC 9113 section 10.5: what a client can do to a connection costs it that connection, and nobody
 * else anything.
 */
class Http2FloodTest extends GatewayFixture {
  static final int MOST = 20_000;

  @AfterEach
  void othersAreServed() {
    ORDERS.reset();
    assertThat(get("/api/orders", TOKENS.user("after")).statusCode()).isEqualTo(200);
  }

  private Http2Wire connected() {
    return Http2Wire.connected(https.port());
  }

  private static Arguments flood(String name, BiConsumer<Http2Wire, Integer> frame) {
    return flood(name, Http2Error.ENHANCE_YOUR_CALM, frame);
  }

  private static Arguments flood(
      String name, Http2Error code, BiConsumer<Http2Wire, Integer> frame) {
    return Arguments.of(name, code, frame);
  }

  static Stream<Arguments> floods() {
    var token = "Bearer " + TOKENS.user("flood");
    return Stream.of(
        flood("rapid reset", (wire, i) -> wire.request(id(i), true, "GET", "/health").reset(id(i))),
        flood(
            "resets of streams that wait for their service",
            (wire, i) ->
                wire.request(id(i), true, "GET", "/api/orders", "authorization", token)
                    .reset(id(i))),
        flood("pings", (wire, _) -> wire.frame(Http2FrameTypes.PING, 0, 0, new byte[8])),
        flood("settings", (wire, _) -> wire.frame(Http2FrameTypes.SETTINGS, 0, 0)),
        flood(
            "priorities",
            (wire, _) -> wire.frame(Http2FrameTypes.PRIORITY, 0, 1, new byte[] {0, 0, 0, 3, 9})),
        flood("small windows", (wire, _) -> wire.window(0, 1)),
        flood(
            "windows of a stream that is over",
            (wire, i) -> (i == 0 ? wire.request(1, true, "GET", "/health") : wire).window(1, 1)),
        flood(
            "empty data",
            (wire, i) -> (i == 0 ? wire.request(1, false, "POST", "/login") : wire).data(1, false)),
        flood(
            "empty data with padding",
            (wire, i) ->
                (i == 0 ? wire.request(1, false, "POST", "/login") : wire)
                    .frame(Http2FrameTypes.DATA, 0x8, 1, (byte) 0)),
        flood(
            "data of a stream that is over",
            (wire, i) ->
                (i == 0 ? wire.request(1, true, "GET", "/health") : wire).data(1, false, (byte) 1)),
        flood("frames of no known type", (wire, _) -> wire.frame(0xbe, 0, 0, new byte[16])),
        flood(
            "continuations without end",
            (wire, i) ->
                (i == 0
                        ? wire.frame(
                            Http2FrameTypes.HEADERS, 0, 1, Http2Wire.block(":method", "GET"))
                        : wire)
                    .frame(Http2FrameTypes.CONTINUATION, 0, 1, Http2Wire.block("a", "b"))),
        flood(
            "empty continuations",
            (wire, i) ->
                (i == 0
                        ? wire.frame(
                            Http2FrameTypes.HEADERS, 0, 1, Http2Wire.block(":method", "GET"))
                        : wire)
                    .frame(Http2FrameTypes.CONTINUATION, 0, 1)),
        flood(
            "continuations as large as they may be",
            Http2Error.PROTOCOL_ERROR,
            (wire, i) ->
                (i == 0
                        ? wire.frame(
                            Http2FrameTypes.HEADERS, 0, 1, Http2Wire.block(":method", "GET"))
                        : wire)
                    .frame(
                        Http2FrameTypes.CONTINUATION,
                        0,
                        1,
                        Http2Wire.block("a", "b".repeat(16_000)))),
        flood(
            "requests that the gateway must reset",
            (wire, i) -> wire.head(id(i), true, ":method", "GET", ":scheme", "https")),
        flood(
            "streams beyond the limit",
            (wire, i) -> wire.request(id(i), false, "POST", "/oauth2/introspect")));
  }

  private static int id(int i) {
    return 2 * i + 1;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("floods")
  void flood_endsItsConnection_andNoOther(
      String name, Http2Error code, BiConsumer<Http2Wire, Integer> frame) {
    ORDERS.answering((_, _) -> Mono.never());
    try (var other = connected();
        var wire = connected()) {
      for (var i = 0; i < MOST && sends(wire, frame, i); i++) {}

      assertThat(wire.rest())
          .filteredOn(sent -> sent.type() == Http2FrameTypes.GO_AWAY)
          .first()
          .extracting(Http2Wire.Frame::goAwayCode)
          .isEqualTo(code);
      assertThat(other.request(1, true, "GET", "/docs").flush().answer(1).status()).isEqualTo(200);
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> ORDERS.running() == 0);
  }

  /** False once the gateway has closed the connection. */
  static boolean sends(Http2Wire wire, BiConsumer<Http2Wire, Integer> frame, int i) {
    try {
      frame.accept(wire, i);
      if (i % 50 == 49) {
        wire.flush();
      }
      return true;
    } catch (UncheckedIOException closed) {
      return false;
    }
  }
}
