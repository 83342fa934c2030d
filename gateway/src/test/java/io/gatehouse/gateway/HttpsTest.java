package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
