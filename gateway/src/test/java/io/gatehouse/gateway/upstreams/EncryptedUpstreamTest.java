package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.TestCertificates;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.ssl.SslContextBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpResources;
import reactor.netty.http.server.HttpServer;

/** Instances with a secure port: encrypted, and only who proves to be the service. */
class EncryptedUpstreamTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final TestCertificates AUTHORITY = new TestCertificates();

  @Test
  void instance_isCalled_whenItsCertificateCarriesTheServicesName() throws Exception {
    assertThat(answerOf(AUTHORITY.issue("user-service"))).isEqualTo("200");
  }

  @Test
  void instance_isNotConnected_whenAnotherServicesCertificateIsShown() throws Exception {
    assertThat(answerOf(AUTHORITY.issue("order-service"))).startsWith("not connected");
  }

  @Test
  void instance_isNotConnected_whenAnotherAuthorityCertifiedIt() throws Exception {
    assertThat(answerOf(new TestCertificates().issue("user-service"))).startsWith("not connected");
  }

  private static String answerOf(TestCertificates.Folder shown) throws Exception {
    var server = serverWith(shown);
    try {
      var tls = new UpstreamTls(trust());
      var instance =
          new Instance(
              "127.0.0.1",
              server.port(),
              0,
              Map.of(),
              TIMEOUT,
              channel -> tls.handler(channel, "user-service", TIMEOUT));
      var loop = HttpResources.get().onServer(true).next();
      var call = new Call();
      loop.execute(() -> instance.pool(loop).acquire(call));
      return call.outcome.get(60, TimeUnit.SECONDS);
    } finally {
      server.disposeNow();
    }
  }

  private static DisposableServer serverWith(TestCertificates.Folder shown) throws Exception {
    var context =
        SslContextBuilder.forServer(shown.certificate().toFile(), shown.key().toFile()).build();
    return HttpServer.create()
        .host("127.0.0.1")
        .port(0)
        .secure(spec -> spec.sslContext(context))
        .handle((_, response) -> response.sendString(Mono.just("ok")))
        .bindNow();
  }

  private static DefaultSslBundleRegistry trust() {
    var ca = PemSslStoreDetails.forCertificate("file:" + AUTHORITY.issue("gateway").ca());
    return new DefaultSslBundleRegistry(
        "internal", SslBundle.of(new PemSslStoreBundle(null, PemSslStore.load(ca))));
  }

  /** One request on a new connection. */
  private static final class Call implements UpstreamPool.Borrower, AnswerListener {
    private final CompletableFuture<String> outcome = new CompletableFuture<>();

    @Override
    public void connected(UpstreamConnection connection) {
      var request =
          new UpstreamRequest(
              HttpMethod.GET,
              "/",
              new DefaultHttpHeaders(),
              UpstreamRequest.Body.NONE,
              TIMEOUT,
              TIMEOUT);
      var _ = connection.send(request, "user-service", this);
    }

    @Override
    public void notConnected(Throwable cause) {
      outcome.complete("not connected: " + cause);
    }

    @Override
    public void answered(UpstreamAnswer answer) {
      outcome.complete(String.valueOf(answer.head().status().code()));
      answer.discard();
    }

    @Override
    public void broken(Throwable cause) {
      outcome.complete("broken: " + cause);
    }

    @Override
    public void failed(UpstreamAnswer answer, Throwable thrown) {
      broken(thrown);
    }
  }
}
