package io.gatehouse.users.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.RedisProperties;
import io.gatehouse.testing.StrangeServer;
import io.gatehouse.testing.TestCertificates;
import io.gatehouse.testing.TestRedis;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** With an authority given, the cache is reached through TLS, and the right Redis only. */
class EncryptedRedisTest {
  private final TestCertificates authority = new TestCertificates();
  private final Path ca = authority.issue("localhost").ca();

  @Test
  void probe_isAnswered_byTheRightRedis() {
    try (var redis = TestRedis.startedWith(authority.issue("localhost"));
        var link = link(redis.port())) {
      await().until(() -> link.probe().blockOptional().orElse(false));
    }
  }

  @Test
  void redisOfAnotherAuthority_isToldNothing() {
    assertNothingIsToldTo(new StrangeServer(new TestCertificates().server("localhost")));
  }

  @Test
  void redisOfAnotherName_isToldNothing() {
    assertNothingIsToldTo(new StrangeServer(authority.server("redis.example.com")));
  }

  private void assertNothingIsToldTo(StrangeServer stranger) {
    try (stranger;
        var link = link(stranger.port())) {
      await()
          .until(
              () -> {
                assertThat(link.probe().block()).isFalse();
                return stranger.turnedAway() > 1;
              });

      assertThat(stranger.talkedTo()).isZero();
    }
  }

  private RedisLink link(int port) {
    return new RedisLink(new RedisProperties("localhost", port, null, ca), Duration.ofMillis(500));
  }
}
