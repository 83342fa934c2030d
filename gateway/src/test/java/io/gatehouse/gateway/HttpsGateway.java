package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;

/** A public URL of https, behind a trusted proxy (this machine) and on the gateway's own port. */
@TestPropertySource(
    properties = {
      "gatehouse.public-url=https://gate.example.com",
      "gatehouse.trusted-proxies=127.0.0.0/8",
      "server.address=127.0.0.1",
      "gatehouse.edge.idle-timeout=2s",
      "gatehouse.edge.connections=40",
      "gatehouse.demo=false",
      "gatehouse.tls.check=50ms"
    })
abstract class HttpsGateway extends GatewayFixture {
  protected static final Path FOLDER = folder();

  @DynamicPropertySource
  static void certificate(DynamicPropertyRegistry properties) {
    install("first.example.com");
    properties.add("gatehouse.tls.certificate", () -> FOLDER.resolve("tls.crt"));
    properties.add("gatehouse.tls.key", () -> FOLDER.resolve("tls.key"));
  }

  protected SSLSocket connected() throws IOException, GeneralSecurityException {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
    var socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), https.port());
    socket.setSoTimeout(5000);
    return socket;
  }

  protected static String answer(SSLSocket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  private static Path folder() {
    try {
      var folder = Files.createTempDirectory("tls");
      // In the order that undoes it backwards: the folder last.
      for (var name :
          List.of("", "tls.crt", "tls.key", "first.example.com.p12", "second.example.com.p12")) {
        folder.resolve(name).toFile().deleteOnExit();
      }
      return folder;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Makes a certificate by the JDK's own tool and puts it where the gateway looks. */
  protected static void install(String name) {
    try {
      var store = FOLDER.resolve(name + ".p12");
      if (!Files.exists(store)) {
        keytool(store, name);
      }
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

  private static void keytool(Path store, String name) throws IOException, InterruptedException {
    var made =
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
            .redirectErrorStream(true)
            .start();
    var said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(made.waitFor()).as(said).isZero();
  }

  protected static String pem(String what, byte[] bytes) {
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
