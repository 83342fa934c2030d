package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How the gateway is asked whether it serves, over real HTTP and HTTPS. */
class ProbeTest {
  private static final char[] PASSWORD = "password".toCharArray();

  @Test
  void health_isAskedOverHttps_whereThePublicUrlIsHttps(@TempDir Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var plain = answering(HttpServer.create(anyPort(), 0), 308);
    var https = HttpsServer.create(anyPort(), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(selfSigned(folder)));
    var secured = answering(https, 200);
    try {
      var port = plain.getAddress().getPort();
      var httpsPort = secured.getAddress().getPort();

      assertThat(Probe.ofHealth(settings("https://localhost:" + httpsPort, httpsPort), port))
          .isEqualTo(new Probe(200, "UP"));
      assertThat(Probe.ofHealth(settings("https://shop.example.com", httpsPort), port).ok())
          .isTrue();
      assertThat(Probe.ofHealth(settings("http://localhost:" + port, httpsPort), port).status())
          .isEqualTo(308);
    } finally {
      plain.stop(0);
      secured.stop(0);
    }
  }

  private static InetSocketAddress anyPort() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static Settings settings(String publicUrl, int httpsPort) {
    return new Settings(URI.create(publicUrl), 8080, httpsPort, Map.of(), false, Set.of());
  }

  private static <S extends HttpServer> S answering(S server, int status) {
    server.createContext(
        "/health",
        exchange -> {
          var body = "UP".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static SSLContext selfSigned(Path folder)
      throws IOException, GeneralSecurityException, InterruptedException {
    var file = folder.resolve("keys.p12");
    var made =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "door",
                "-keyalg",
                "EC",
                "-dname",
                "CN=elsewhere.example",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile())
            .start();
    assertThat(made.waitFor()).isZero();
    var store = KeyStore.getInstance("PKCS12");
    try (var in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD);
    var context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context;
  }
}
