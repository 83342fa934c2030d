package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.TestRegistry;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Admission;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whileCallsFail_anInstanceThatIsAlive_isNotTried_untilItSaysThatItIsReady(boolean knownBefore)
      throws IOException {
    var ready = new AtomicBoolean();
    try (var starting = new RawServer((head, out) -> answerProbe(head, ready.get(), out))) {
      var upstreams = upstreams(starting);
      var breaker = upstreams.named(SERVICE).breaker();
      if (knownBefore) {
        rest(upstreams, WAIT);
      }
      for (var n = 0; n < 5; n++) {
        breaker.record(breaker.admit("caller"), Outcome.UNREACHABLE, "caller", 0, 1);
      }
      assertThat(breaker.isOpenForAll()).isTrue();
      if (!knownBefore) {
        rest(upstreams, WAIT);
      }
      assertThat(breaker.admit("caller")).isEqualTo(Admission.REFUSED);

      ready.set(true);
      rest(upstreams, WAIT);

      assertThat(breaker.admit("caller")).isEqualTo(Admission.GRANTED);
    }
  }

  @Test
  void instanceWithoutAReadiness_isTried_onceItAnswers() throws IOException {
    try (var server = RawServer.saying("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n")) {
      var upstreams = upstreams(server);
      var breaker = upstreams.named(SERVICE).breaker();
      for (var n = 0; n < 5; n++) {
        breaker.record(breaker.admit("caller"), Outcome.UNREACHABLE, "caller", 0, 1);
      }

      rest(upstreams, WAIT);

      assertThat(breaker.admit("caller")).isEqualTo(Admission.GRANTED);
    }
  }

  @Test
  void instanceWhoseReadinessWaits_isNotSilent() throws IOException {
    var alive = new AtomicBoolean();
    try (var waiting =
        new RawServer(
            (head, out) -> {
              if (head.startsWith("GET /actuator/health/liveness ")) {
                alive.set(true);
                out.write(RawServer.latin1(UpstreamFixture.OK));
              }
            })) {
      var upstreams = upstreams(waiting);

      rest(upstreams, WAIT);
      rest(upstreams, WAIT);

      assertThat(alive).isTrue();
      assertThat(upstreams.answers(SERVICE)).isTrue();
    }
  }

  private static void answerProbe(String head, boolean ready, OutputStream out) throws IOException {
    var well = ready || head.startsWith("GET /actuator/health/liveness ");
    out.write(
        RawServer.latin1(
            well ? UpstreamFixture.OK : "HTTP/1.1 503 Starting\r\nContent-Length: 0\r\n\r\n"));
  }
}
