package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever was told to go and sends on makes the gateway decrypt and decode next to nothing. */
class LateFloodTest extends GatewayFixture {
  private static final byte[] REQUEST =
      "GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final int KIB = 1024;
  private static final int MIB = 1024 * KIB;
  private static final int SENT = 32 * MIB;

  /** A read of the socket, and what was left of the one before. */
  private static final int READ = 96 * KIB;

  /** What may come before the goodbye: a head of 160 KiB is the most. */
  private static final int FLOOD = 160 * KIB;

  /** What a client may send before it learns anything. */
  private static final int WINDOW = Http2CodecUtil.DEFAULT_WINDOW_SIZE;

  @ParameterizedTest(name = "{0}")
  @MethodSource("io.gatehouse.gateway.Http2FloodTest#floods")
  void floodBehindAGoodbye_isNotDecrypted(
      String name, Http2Error code, BiConsumer<Http2Wire, Integer> frame) {
    try (var wire = Http2Wire.connected(https.port())) {
      wire.next(Http2FrameTypes.SETTINGS);
      var decrypted = https.decrypted(wire.port());
      for (var i = 0; i < Http2FloodTest.MOST && Http2FloodTest.sends(wire, frame, i); i++) {}
      for (var sent = 0; sent < SENT && sends(wire); sent += MIB) {}

      assertThat(wire.goodbye()).isEqualTo(code);
      assertThat(decrypted.get()).isLessThan(FLOOD + READ);
    }
  }

  @Test
  void bytesBehindARefusal_areNotDecrypted() throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (var socket = context.getSocketFactory().createSocket("127.0.0.1", https.port())) {
      socket.setSoTimeout(60_000);
      var out = socket.getOutputStream();
      out.write(REQUEST);
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      var decrypted = https.decrypted(socket.getLocalPort());
      try {
        out.write("no request\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        for (var sent = 0; sent < SENT; sent += MIB) {
          out.write(new byte[MIB]);
        }
      } catch (IOException closed) {
        // It need not take them.
      }

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains("HTTP/1.1 400");
      assertThat(decrypted.get()).isLessThan(READ);
    }
  }

  /** What JDK's client calls a second handshake is an update of keys in TLS 1.3. */
  @Test
  void updatesOfKeys_endTheConnection() throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", https.port())) {
      socket.setSoTimeout(60_000);
      socket.startHandshake();
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");

      assertThatThrownBy(
              () -> {
                for (var i = 0; i < Http2FloodTest.MOST; i++) {
                  socket.startHandshake();
                }
                socket.getOutputStream().write(REQUEST);
                if (socket.getInputStream().read() < 0) {
                  throw new EOFException();
                }
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void bodyBehindARefusal_isReset() {
    try (var wire = Http2Wire.connected(https.port())) {
      wire.next(Http2FrameTypes.SETTINGS);
      var decrypted = https.decrypted(wire.port());
      var answer =
          wire.request(1, false, "POST", "/api/users", "content-length", "1073741824")
              .upload(1, false, SENT)
              .upload(1, false, SENT)
              .answer(1);

      assertThat(answer.status()).isEqualTo(413);
      assertThat(decrypted.get()).isLessThan(256 * KIB + WINDOW + READ);
      assertThat(wire.request(3, true, "GET", "/docs").flush().answer(3).status()).isEqualTo(200);
    }
  }

  private static boolean sends(Http2Wire wire) {
    return Http2FloodTest.sends(wire, (to, _) -> to.bytes(new byte[MIB]), 49);
  }
}
