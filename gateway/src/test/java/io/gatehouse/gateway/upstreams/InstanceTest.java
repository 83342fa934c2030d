package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class InstanceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final Instance instance =
      new Instance("127.0.0.1", 1, 0, Map.of(), Duration.ofSeconds(1), null);
  private long now = -5;

  @Test
  void failing_isEjectedAtOnce_andTriedAgainByOneRequest() {
    assertThat(instance.eject(now)).isTrue();
    assertThat(instance.isAvailable(now)).isFalse();
    assertThat(instance.isAvailable(now + SECOND - 1)).isFalse();
    now += SECOND;
    assertThat(instance.isAvailable(now)).isTrue();

    instance.tryAgain(now);

    assertThat(instance.isAvailable(now)).as("somebody tries it already").isFalse();
    instance.answered();
    assertThat(instance.isAvailable(now)).as("the trial was answered").isTrue();
  }

  @Test
  void failingAgain_isEjectedForLonger_upToTenSeconds() {
    for (var seconds : new int[] {1, 2, 4, 8, 10, 10}) {
      assertThat(instance.eject(now)).isTrue();
      assertThat(instance.isAvailable(now + seconds * SECOND - 1)).isFalse();
      now += seconds * SECOND;
      assertThat(instance.isAvailable(now)).isTrue();
    }
  }

  @Test
  void failuresOfOneMoment_areOneFailure() {
    assertThat(instance.eject(now)).isTrue();
    for (var i = 0; i < 20; i++) {
      assertThat(instance.eject(now)).isFalse();
    }

    assertThat(instance.isAvailable(now + SECOND)).isTrue();
  }
}
