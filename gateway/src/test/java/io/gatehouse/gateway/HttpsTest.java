package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.edge.HttpsPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** A public URL of https, behind a trusted proxy (this machine) and on the gateway's own port. */
@TestPropertySource(
    properties = {
      "gatehouse.public-url=https://gate.example.com",
      "gatehouse.trusted-proxies=127.0.0.0/8",
      "gatehouse.demo=false",
      "gatehouse.tls.check=50ms"
    })
@Import(HttpsPort.class)
class HttpsTest extends GatewayFixture {
  private static final Path FOLDER = folder();

  @Autowired private HttpsPort https;

  @DynamicPropertySource
  static void certificate(DynamicPropertyRegistry properties) {
    install("first.example.com");
    properties.add("gatehouse.tls.certificate", () -> FOLDER.resolve("tls.crt"));
    properties.add("gatehouse.tls.key", () -> FOLDER.resolve("tls.key"));
  }

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
  void clientsAddress_isTheLastUntrustedOne_whateverItClaimedBefore() {
    var claimed = new String[] {"10.9.9.9, 192.0.2.8", "10.1.1.1, 192.0.2.8, 127.0.0.3"};
    for (var chain : claimed) {
      for (var i = 0; i < 4; i++) {
        login(chain);
      }
    }

    assertThat(login("10.5.5.5, 192.0.2.8").statusCode()).as("one address").isEqualTo(429);
    assertThat(login("10.5.5.5, 192.0.2.9").statusCode()).as("another").isEqualTo(200);
    assertThat(AUTH.received().getLast().headers())
        .containsEntry("x-forwarded-for", "10.5.5.5, 192.0.2.9, 127.0.0.1")
        .containsEntry("x-forwarded-proto", "https");
  }

  private java.net.http.HttpResponse<String> login(String chain) {
    return send(
        request("/login").header("X-Forwarded-Proto", "https").header("X-Forwarded-For", chain));
  }

  @Test
  void certificate_isReplaced_withoutARestart_andABrokenOneIsNot() throws Exception {
    assertThat(handshake()).contains("CN=first.example.com");

    Files.writeString(FOLDER.resolve("tls.key"), pem("PRIVATE KEY", strangersKey()));
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

  private SSLSocket connected() throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
    var socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), https.port());
    socket.setSoTimeout(5000);
    return socket;
  }

  private static String answer(SSLSocket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("tls");
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static byte[] strangersKey() throws Exception {
    return java.security.KeyPairGenerator.getInstance("EC")
        .generateKeyPair()
        .getPrivate()
        .getEncoded();
  }

  /** Makes a certificate by the JDK's own tool and puts it where the gateway looks. */
  private static void install(String name) {
    try {
      var store = FOLDER.resolve(name + ".p12");
      new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
              "-genkeypair",
              "-alias",
              "a",
              "-keyalg",
              "EC",
              "-dname",
              "CN=" + name,
              "-keystore",
              store.toString(),
              "-storepass",
              "changeit")
          .inheritIO()
          .start()
          .waitFor();
      var loaded = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
      Files.writeString(
          FOLDER.resolve("tls.crt"), pem("CERTIFICATE", loaded.getCertificate("a").getEncoded()));
      Files.writeString(
          FOLDER.resolve("tls.key"),
          pem("PRIVATE KEY", loaded.getKey("a", "changeit".toCharArray()).getEncoded()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (GeneralSecurityException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
  }

  /** The test looks at the certificate itself. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
