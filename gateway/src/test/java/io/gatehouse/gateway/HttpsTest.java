package io.gatehouse.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ExtendWith(OutputCaptureExtension.class)
class HttpsTest extends HttpsGateway {

  @Test
  void plainRequest_isSentToHttps_withItsPathAndQuery() {
    var answer = get("/api/orders?limit=1", TOKENS.user("u"));

    assertThat(answer.statusCode()).isEqualTo(308);
    assertThat(answer.headers().firstValue("Location"))
        .hasValue("https://gate.example.com/api/orders?limit=1");
    assertThat(answer.headers().firstValue("Strict-Transport-Security")).isEmpty();
    assertThat(ORDERS.received()).isEmpty();
  }

  @Test
  void requestThatCameByHttps_toTheTrustedProxy_isServed_withHsts() {
    var answer =
        send(
            request("/health")
                .header("X-Forwarded-Proto", "https")
                .header("X-Forwarded-For", "192.0.2.7"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Strict-Transport-Security").orElseThrow())
        .startsWith("max-age=");
  }

  @Test
  void connectionsBeyondTheBound_areClosed_andOthersServedAgain() throws IOException {
    for (var connector : new int[] {port, https.port()}) {
      var open = new ArrayList<Socket>();
      try {
        var refused = false;
        for (var i = 0; i < 400 && !refused; i++) {
          open.add(new Socket("127.0.0.1", connector));
          refused = isReset(new Socket("127.0.0.1", port), open);
        }
        assertThat(refused).isTrue();
      } finally {
        for (var socket : open) {
          socket.close();
        }
      }
      await().ignoreExceptions().until(() -> get("/").statusCode() < 500);
    }
  }

  private static boolean isReset(Socket socket, List<Socket> open) throws IOException {
    open.add(socket);
    socket.setSoTimeout(5000);
    try {
      socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
      return socket.getInputStream().read() < 0;
    } catch (SocketException reset) {
      return true;
    }
  }

  @Test
  void httpsListens_whereHttpDoes_andNowhereElse() throws IOException {
    for (var connector : new int[] {port, https.port()}) {
      try (var socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", connector), 2000);
      }
      // Another address of this machine; a wildcard listener would answer there.
      try (var elsewhere = new Socket()) {
        assertThatThrownBy(
                () -> elsewhere.connect(new InetSocketAddress("127.0.0.2", connector), 2000))
            .isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void connector_servesAgain_afterAStop() throws Exception {
    https.restart();

    assertThat(handshake()).contains("CN=");
  }

  @Test
  void idleConnection_isClosed_withoutAWord() throws Exception {
    try (var socket = connected()) {
      socket.startHandshake();

      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  @Test
  void idleHttp2Connection_isToldGoodbye() {
    try (var wire = Http2Wire.connected(https.port())) {
      assertThat(wire.goodbye()).isEqualTo(Http2Error.NO_ERROR);
    }
    try (var wire = Http2Wire.silent(https.port())) {
      assertThat(wire.goodbye()).isEqualTo(Http2Error.NO_ERROR);
    }
  }

  @Test
  void streamThatDoesNotEnd_isBrokenOff_byAStop() {
    AUTH.answering(
        (asked, response) ->
            asked.uri().startsWith("/internal/")
                ? response.sendString(Mono.just(revocations()))
                : response.sse().sendString(Flux.concat(Mono.just("data: 1\n\n"), Flux.never())));
    try (var wire = Http2Wire.connected(https.port())) {
      wire.request(1, true, "GET", "/.well-known/events").flush();
      assertThat(wire.next(Http2FrameTypes.DATA).stream()).isEqualTo(1);

      https.restart();

      assertThat(wire.rest())
          .extracting(Http2Wire.Frame::type)
          .contains((int) Http2FrameTypes.GO_AWAY);
    }
  }

  @Test
  void slowHead_is408_hereToo() throws Exception {
    try (var socket = connected()) {
      assertThat(answer(socket, "GET /health HTTP/1.1\r\n")).startsWith("HTTP/1.1 408");
    }
  }

  @Test
  void renegotiation_endsTheConnection() throws Exception {
    try (var socket = connected()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.startHandshake();

      assertThatThrownBy(
              () -> {
                socket.startHandshake();
                answer(socket, "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
                throw new AssertionError("a second handshake was done");
              })
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void cipherSuiteThatHttp2Prohibits_isNotAgreedOn() throws Exception {
    try (var socket = connected()) {
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});

      assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
    }
  }

  @Test
  void certificate_isReplaced_withoutARestart_andABrokenOneIsNot(CapturedOutput output)
      throws Exception {
    assertThat(handshake()).contains("CN=first.example.com");

    Files.writeString(FOLDER.resolve("tls.key"), pem("PRIVATE KEY", strangersKey()));
    await()
        .untilAsserted(
            () ->
                assertThat(output)
                    .contains("the new certificate cannot be used, the old one stays"));
    assertThat(handshake()).as("key and certificate do not fit").contains("CN=first.example.com");
    install("second.example.com");

    await().untilAsserted(() -> assertThat(handshake()).contains("CN=second.example.com"));
  }

  @Test
  void refusalOfTheEdge_hasTheSecurityHeadersToo() throws Exception {
    try (var socket = connected()) {
      assertThat(answer(socket, "GET /a/%2e%2e/b HTTP/1.1\r\nHost: a\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("MALFORMED_REQUEST", "strict-transport-security: max-age=", "nosniff");
    }
    try (var socket = connected()) {
      assertThat(answer(socket, "GET / HTTP/1.1\r\nno header\r\n\r\n"))
          .startsWith("HTTP/1.1 400")
          .contains("strict-transport-security: max-age=", "nosniff");
    }
  }

  /** Whose certificate the HTTPS port shows, once it has answered a request there. */
  private String handshake() throws IOException, GeneralSecurityException {
    try (var socket = connected()) {
      assertThat(answer(socket, "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
          .startsWith("HTTP/1.1 200")
          .contains("strict-transport-security");
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal().getName();
    }
  }

  private static byte[] strangersKey() throws Exception {
    return java.security.KeyPairGenerator.getInstance("EC")
        .generateKeyPair()
        .getPrivate()
        .getEncoded();
  }
}
