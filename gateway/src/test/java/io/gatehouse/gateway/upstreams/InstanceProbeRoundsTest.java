package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.TestRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/** When instances are asked: a round that waits for one that hangs puts no other off. */
class InstanceProbeRoundsTest {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final String SERVICE = "order-service";

  private final TestRegistry registry = new TestRegistry();

  private Upstreams upstreams(RawServer server) {
    registry.putManaged(SERVICE, server.port(), server.port());
    var upstreams =
        new Upstreams(
            registry,
            guards(WAIT),
            new BreakerProperties(50, WAIT),
            new GuardMetrics(new SimpleMeterRegistry()),
            new UpstreamTls(new DefaultSslBundleRegistry()));
    assertThat(upstreams.hasInstance(SERVICE)).isTrue();
    return upstreams;
  }

  private static GuardProperties guards(Duration probe) {
    return new GuardProperties(WAIT, WAIT, 300, 3, WAIT, probe);
  }

  private static Duration rest(Upstreams upstreams, Duration period) {
    var rest = new InstanceProbes(upstreams, guards(period)).pollOnce().block(WAIT);
    assertThat(rest).isNotNull();
    return rest;
  }

  @Test
  void roundOfAnInstanceThatHangs_isFollowedAtOnce_andTwoOfThemAreSilence() throws IOException {
    try (var hung = new RawServer((_, _) -> {})) {
      var upstreams = upstreams(hung);

      assertThat(rest(upstreams, Duration.ofSeconds(1))).isZero();
      assertThat(upstreams.answers(SERVICE)).as("one can be a pause").isTrue();
      assertThat(rest(upstreams, Duration.ofSeconds(1))).isZero();
      assertThat(upstreams.answers(SERVICE)).isFalse();
    }
  }

  @Test
  void round_isFollowedAPeriodAfterItBegan() throws IOException {
    try (var well = RawServer.saying(UpstreamFixture.OK)) {
      var upstreams = upstreams(well);

      assertThat(rest(upstreams, Duration.ofHours(10)))
          .isLessThan(Duration.ofHours(10))
          .isGreaterThan(Duration.ofHours(9));
      assertThat(upstreams.answers(SERVICE)).isTrue();
    }
  }
}
