package io.gatehouse.defaults.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.gatehouse.testing.TestCertificates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.WebClient;

/** An instance is called by its address and has to prove that it is the service asked for. */
class InternalTlsTest {
  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final TestCertificates AUTHORITY = new TestCertificates();
  private static final SslBundles TRUST = trustIn(AUTHORITY);

  @Test
  void service_isAnswered_whenItsCertificateCarriesItsName() throws Exception {
    try (var server = Server.certified(AUTHORITY, "auth-server")) {
      assertThat(byWebClient(server, TRUST)).isEqualTo("answered");
      assertThat(byJdkClient(server)).isEqualTo("answered");
    }
  }

  @Test
  void service_isRefused_whenAnotherServicesCertificateIsShown() throws Exception {
    try (var server = Server.certified(AUTHORITY, "order-service")) {
      assertThatThrownBy(() -> byWebClient(server, TRUST)).hasStackTraceContaining("127.0.0.1");
      assertThatThrownBy(() -> byJdkClient(server)).hasStackTraceContaining("127.0.0.1");
    }
  }

  @Test
  void service_isRefused_whenAnotherAuthorityCertifiedIt() throws Exception {
    try (var server = Server.certified(new TestCertificates(), "auth-server")) {
      assertThatThrownBy(() -> byWebClient(server, TRUST)).hasStackTraceContaining("PKIX");
      assertThatThrownBy(() -> byJdkClient(server)).hasStackTraceContaining("PKIX");
    }
  }

  @Test
  void bundle_isAbsent_unlessThePlatformHasOne() {
    assertThat(InternalTls.bundle(new DefaultSslBundleRegistry())).isEmpty();
  }

  private static @Nullable String byWebClient(Server server, SslBundles bundles) {
    // Stands in for the load balancer: from a name to an address.
    var balanced =
        WebClient.builder()
            .filter(
                (request, next) ->
                    next.exchange(ClientRequest.from(request).url(server.uri()).build()));
    return new ServiceClients(balanced, new CallGuards(new SimpleMeterRegistry()), bundles, WAIT)
        .to("auth-server")
        .build()
        .get()
        .uri("/")
        .retrieve()
        .bodyToMono(String.class)
        .block(WAIT);
  }

  private static String byJdkClient(Server server) throws IOException, InterruptedException {
    try (var http =
        HttpClient.newBuilder()
            .sslContext(InternalTls.bundle(TRUST).orElseThrow().createSslContext())
            .sslParameters(InternalTls.expecting("auth-server"))
            .build()) {
      return http.send(HttpRequest.newBuilder(server.uri()).build(), BodyHandlers.ofString())
          .body();
    }
  }

  private static SslBundles trustIn(TestCertificates authority) {
    var ca = "file:" + authority.issue("client").ca();
    var store = PemSslStore.load(PemSslStoreDetails.forCertificate(ca));
    return new DefaultSslBundleRegistry(
        InternalTls.BUNDLE, SslBundle.of(new PemSslStoreBundle(null, store)));
  }

  private record Server(HttpsServer https) implements AutoCloseable {
    static Server certified(TestCertificates authority, String name) throws IOException {
      var https = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      https.setHttpsConfigurator(new HttpsConfigurator(authority.server(name)));
      https.createContext(
          "/",
          exchange -> {
            var body = "answered".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
          });
      https.start();
      return new Server(https);
    }

    URI uri() {
      return URI.create("https://127.0.0.1:" + https.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
      https.stop(0);
    }
  }
}
