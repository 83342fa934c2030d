package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Flux;

/** Clients that make the gateway hold bytes: bodies that never end, answers that nobody reads. */
@TestPropertySource(
    properties = {
      "gatehouse.trusted-proxies=127.0.0.1/32",
      "gatehouse.edge.buffered-bytes=1MB",
      "gatehouse.edge.buffered-bytes-per-caller=400KB",
      "gatehouse.edge.body-timeout=20s",
      "gatehouse.edge.send-timeout=1s"
    })
class BufferTest extends GatewayFixture {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final int BODY = 180_000;

  /** Four of them are the largest window, or nearly. */
  private static final byte MANY = 0x7f;

  @Autowired private MeterRegistry meters;
  private final List<Socket> open = new ArrayList<>();

  @BeforeEach
  void nothingIsHeld() {
    await().atMost(WAIT).until(() -> held() == 0);
  }

  @AfterEach
  void everythingIsGivenBack() throws IOException {
    for (var socket : open) {
      socket.close();
    }
    ORDERS.reset();
    await().atMost(WAIT).until(() -> held() == 0);
    assertThat(get("/api/orders", TOKENS.user("after")).statusCode()).isEqualTo(200);
  }

  private double held() {
    return meters.get("gateway.edge.buffered").gauge().value();
  }

  /** A small receive buffer, so that what nobody reads stays with the gateway. */
  private Socket connect() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    socket.setSoTimeout((int) WAIT.toMillis());
    open.add(socket);
    return socket;
  }

  private Socket sending(String text) throws IOException {
    var socket = connect();
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return socket;
  }

  /** An introspection whose body is held one byte short. */
  private Socket holding(String address) throws IOException {
    return sending(
        """
        POST /oauth2/introspect HTTP/1.1\r
        Host: a\r
        X-Forwarded-For: %s\r
        Content-Type: application/x-www-form-urlencoded\r
        Content-Length: %d\r
        \r
        %s"""
            .formatted(address, BODY + 1, "a".repeat(BODY)));
  }

  private void awaitHeld(int bodies) {
    await().atMost(WAIT).until(() -> held() >= (double) bodies * BODY);
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void bodiesHeldOneByteShort_areRefusedBeyondTheCallersShare_andNobodyElse() throws IOException {
    holding("203.0.113.1");
    holding("203.0.113.1");
    awaitHeld(2);

    assertThat(answer(holding("203.0.113.1")))
        .startsWith("HTTP/1.1 429 ")
        .containsIgnoringCase("\r\nretry-after: 1\r\n")
        .contains("\"error\":\"temporarily_unavailable\"");
    holding("203.0.113.2");
    awaitHeld(3);
    assertThat(get("/api/orders", TOKENS.user("other")).statusCode()).isEqualTo(200);
  }

  @Test
  void bodiesOfManyCallers_areRefused_whenTheGatewaysBuffersAreFull() throws IOException {
    for (var caller = 1; caller <= 5; caller++) {
      holding("203.0.113." + caller);
      awaitHeld(caller);
    }

    assertThat(answer(holding("203.0.113.6")))
        .startsWith("HTTP/1.1 503 ")
        .containsIgnoringCase("\r\nretry-after: 1\r\n")
        .contains("\"error\":\"temporarily_unavailable\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/octet-stream", "text/event-stream"})
  void readerThatNeverReads_isLetGo_andTheServiceWithIt(String type) throws IOException {
    endlessOrders(type);

    sending(
        "GET /api/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
            .formatted(TOKENS.user("deaf")));

    await().atMost(WAIT).until(() -> ORDERS.running() == 1 && held() > 0);
    await().atMost(WAIT).until(() -> ORDERS.running() == 0);
  }

  @Test
  void bodiesOfStreams_areRefusedBeyondTheCallersShare_andTheirConnectionServesOn() {
    try (var wire = Http2Wire.connected(https.port())) {
      holding(wire, 1, "203.0.113.1");
      holding(wire, 3, "203.0.113.1");
      awaitHeld(2);

      var refused = holding(wire, 5, "203.0.113.1").answer(5);

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.headers()).containsEntry("retry-after", "1");
      assertThat(refused.body()).contains("\"error\":\"temporarily_unavailable\"");
      holding(wire, 7, "203.0.113.2");
      awaitHeld(3);
      assertThat(wire.request(9, true, "GET", "/health").flush().answer(9).status()).isEqualTo(200);
    }
  }

  private static Http2Wire holding(Http2Wire wire, int stream, String address) {
    return wire.request(stream, false, "POST", "/oauth2/introspect", "x-forwarded-for", address)
        .flush()
        .upload(stream, false, BODY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"application/octet-stream", "text/event-stream"})
  void streamWhoseWindowStaysShut_isReset_andItsConnectionServesOn(String type) {
    endlessOrders(type);
    try (var wire = Http2Wire.connected(https.port())) {
      wire.request(1, true, "GET", "/api/orders", "authorization", bearer("shut")).flush();

      assertThat(wire.next(Http2FrameTypes.RST_STREAM).stream()).isEqualTo(1);
      await().atMost(WAIT).until(() -> ORDERS.running() == 0);
      wire.window(0, 1_000_000).request(3, true, "GET", "/health").flush();
      assertThat(wire.answer(3).status()).isEqualTo(200);
    }
  }

  @Test
  void clientThatReadsNothing_losesItsConnection_howeverOpenItsWindows() {
    endlessOrders("application/octet-stream");
    try (var wire =
        Http2Wire.silent(https.port(), 4096).preface((byte) 0, (byte) 4, MANY, MANY, MANY, MANY)) {
      wire.window(0, 1_000_000_000);
      for (var stream = 1; stream < 20; stream += 2) {
        wire.request(stream, true, "GET", "/api/orders", "authorization", bearer("deaf"));
      }
      wire.flush();

      await().atMost(WAIT).until(() -> ORDERS.running() > 0);
      await().atMost(WAIT).until(() -> ORDERS.running() == 0);
    }
  }

  @Test
  void unreadAnswersOfStreams_beyondTheCallersShare_areReset() {
    ORDERS.answering((_, response) -> response.sendByteArray(Flux.just(new byte[120_000])));
    var broken = meters.counter("gateway.edge.unread", "reason", "share");
    var before = broken.count();
    try (var wire = Http2Wire.connected(https.port())) {
      for (var stream = 1; stream < 40; stream += 2) {
        wire.request(stream, true, "GET", "/api/orders", "authorization", bearer("deaf"));
      }
      wire.flush();

      assertThat(wire.next(Http2FrameTypes.RST_STREAM).stream()).isPositive();
      await().atMost(WAIT).until(() -> broken.count() > before);
    }
  }

  private static String bearer(String subject) {
    return "Bearer " + TOKENS.user(subject);
  }

  private static void endlessOrders(String type) {
    ORDERS.answering(
        (_, response) ->
            response
                .header("content-type", type)
                .send(Flux.<ByteBuf>generate(sink -> sink.next(piece())).hide(), _ -> true));
  }

  private static ByteBuf piece() {
    return Unpooled.wrappedBuffer(new byte[10_000]);
  }

  @Test
  void unreadAnswersBeyondTheCallersShare_areBrokenOff() throws IOException {
    ORDERS.answering(
        (_, response) -> response.sendByteArray(Flux.just(new byte[120_000], new byte[3_000_000])));
    var broken = meters.counter("gateway.edge.unread", "reason", "share");
    var before = broken.count();

    for (var i = 0; i < 8; i++) {
      sending(
          "GET /api/orders HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(TOKENS.user("deaf")));
    }

    await().atMost(WAIT).until(() -> broken.count() > before);
  }

  @Test
  void largeAnswer_reachesAReaderThatReads_whole() {
    ORDERS.answering(
        (_, response) ->
            response.send(
                Flux.range(0, 800).map(_ -> Unpooled.wrappedBuffer(new byte[10_000])), _ -> true));

    assertThat(get("/api/orders", TOKENS.user("u")).body()).hasSize(8_000_000);
  }
}
