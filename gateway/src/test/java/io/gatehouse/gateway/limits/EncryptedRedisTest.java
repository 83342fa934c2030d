package io.gatehouse.gateway.limits;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.TestCertificates;
import io.gatehouse.defaults.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** The shared limits over TLS. */
class EncryptedRedisTest {
  private static final TestCertificates AUTHORITY = new TestCertificates();

  @Test
  void leases_areAnswered_overTls() {
    var tls = AUTHORITY.issue("localhost");
    try (var redis = TestRedis.startedWith(tls);
        var leases = leases(redis.port(), tls.ca())) {
      await()
          .ignoreExceptions()
          .until(() -> "PONG".equals(leases.ping().toCompletableFuture().get(5, TimeUnit.SECONDS)));
    }
  }

  @Test
  void server_isRefused_whenAnotherAuthorityCertifiedIt() {
    var stranger = new TestCertificates().issue("localhost").ca();

    assertThatThrownBy(() -> shakeHands("localhost", stranger))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("bad_certificate");
  }

  @Test
  void server_isRefused_whenItsCertificateIsForAnotherName() {
    var ours = AUTHORITY.issue("localhost").ca();

    assertThatThrownBy(() -> shakeHands("elsewhere.example", ours))
        .isInstanceOf(SSLHandshakeException.class)
        .hasMessageContaining("certificate_unknown");
  }

  /** What a server of this name hears of the gateway's handshake. */
  private static void shakeHands(String name, Path ca) throws IOException {
    var factory = AUTHORITY.server(name).getServerSocketFactory();
    try (var server = factory.createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var _ = leases(server.getLocalPort(), ca)) {
      server.setSoTimeout(10_000);
      try (var peer = (SSLSocket) server.accept()) {
        peer.setSoTimeout(10_000);
        peer.startHandshake();
      }
    }
  }

  private static RedisLeases leases(int port, Path ca) {
    return new RedisLeases(new RedisProperties("localhost", port, null, ca));
  }
}
