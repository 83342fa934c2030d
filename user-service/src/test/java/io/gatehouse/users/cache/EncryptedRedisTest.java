package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.TestCertificates;
import io.gatehouse.defaults.TestRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

/** Redis over TLS. */
class EncryptedRedisTest {
  private static final TestCertificates AUTHORITY = new TestCertificates();

  @Test
  void commands_areAnswered_overTls() {
    var tls = AUTHORITY.issue("localhost");
    try (var redis = TestRedis.startedWith(tls);
        var link = link(redis.port(), tls.ca())) {
      await().until(() -> Boolean.TRUE.equals(link.probe().block(Duration.ofSeconds(5))));

      assertThat(link.send(commands -> commands.incr("count")).block(Duration.ofSeconds(5)))
          .isEqualTo(1L);
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

  /** What a server of this name hears of the link's handshake. */
  private static void shakeHands(String name, Path ca) throws IOException {
    var factory = AUTHORITY.server(name).getServerSocketFactory();
    try (var server = factory.createServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var link = link(server.getLocalPort(), ca)) {
      server.setSoTimeout(10_000);
      var _ = link.probe().block(Duration.ofSeconds(5));
      try (var peer = (SSLSocket) server.accept()) {
        peer.setSoTimeout(10_000);
        peer.startHandshake();
      }
    }
  }

  private static RedisLink link(int port, Path ca) {
    return new RedisLink(new RedisProperties("localhost", port, null, ca, Duration.ofMillis(500)));
  }
}
