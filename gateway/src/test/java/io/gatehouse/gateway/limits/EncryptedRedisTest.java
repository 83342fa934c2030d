package io.gatehouse.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.RedisProperties;
import io.gatehouse.gateway.limits.LimitProperties.Limit;
import io.gatehouse.testing.StrangeServer;
import io.gatehouse.testing.TestCertificates;
import io.gatehouse.testing.TestRedis;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With an authority given, leases come through TLS, and from the right Redis only. */
class EncryptedRedisTest {
  private final TestCertificates authority = new TestCertificates();
  private final Path ca = authority.issue("localhost").ca();

  @Test
  void lease_isGranted_byTheRightRedis() {
    try (var redis = TestRedis.startedWith(authority.issue("localhost"));
        var leases = leases(redis.port())) {
      await()
          .ignoreExceptions()
          .untilAsserted(
              () ->
                  assertThat(
                          leases
                              .lease(Policy.of("tls", new Limit(1, 5)), "key", 1, 0)
                              .toCompletableFuture()
                              .get(1, TimeUnit.SECONDS)
                              .granted())
                      .isEqualTo(1));
    }
  }

  @Test
  void redisOfAnotherAuthority_isToldNothing() {
    assertNothingIsToldTo(new StrangeServer(new TestCertificates().server("localhost")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis.example.com", "localhost.example.com"})
  void redisOfAnotherName_isToldNothing(String name) {
    assertNothingIsToldTo(new StrangeServer(authority.server(name)));
  }

  private void assertNothingIsToldTo(StrangeServer stranger) {
    try (stranger;
        var leases = leases(stranger.port())) {
      await()
          .until(
              () -> {
                var _ = leases.ping();
                return stranger.turnedAway() > 1;
              });

      assertThat(stranger.talkedTo()).isZero();
      assertThat(leases.ping().toCompletableFuture()).isCompletedExceptionally();
    }
  }

  private RedisLeases leases(int port) {
    return new RedisLeases(new RedisProperties("localhost", port, "a-password", ca));
  }
}
