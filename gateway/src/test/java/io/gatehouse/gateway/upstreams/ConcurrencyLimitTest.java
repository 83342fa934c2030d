package io.gatehouse.gateway.upstreams;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.upstreams.ConcurrencyLimit.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A service of one worker per {@code millis} in front of a queue, under a virtual clock. */
class ConcurrencyLimitTest {
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int MOST = 300;

  private long now;
  private final ConcurrencyLimit limit = new ConcurrencyLimit(MOST, () -> now);
  private final ArrayDeque<Long> queue = new ArrayDeque<>();
  private long freeAt;
  private int answered;
  private int tooLate;

  /** Offers {@code perSecond} for some seconds to a service that needs {@code millis} for each. */
  private void offer(int perSecond, int seconds, int millis) {
    answered = 0;
    tooLate = 0;
    var gap = TimeUnit.SECONDS.toNanos(1) / perSecond;
    for (var i = 0; i < perSecond * seconds; i++) {
      now += gap;
      serve(TimeUnit.MILLISECONDS.toNanos(millis));
      if (limit.enter(1)) {
        queue.add(now);
      }
    }
  }

  private void serve(long cost) {
    for (var next = queue.peek(); next != null; next = queue.peek()) {
      var doneAt = Math.max(next, freeAt) + cost;
      if (doneAt > now) {
        return;
      }
      queue.remove();
      freeAt = doneAt;
      answered++;
      if (doneAt - next > DEADLINE.toNanos()) {
        tooLate++;
      }
      limit.leave(Outcome.of(doneAt - next, DEADLINE, true), 1);
    }
  }

  @Test
  void tenTimesTheLoad_leavesTheServiceBusy_andNoAnswerLate() {
    offer(400, 60, 25);

    assertThat(answered)
        .as("40 per second is what the service can")
        .isGreaterThan(60 * 40 * 8 / 10);
    assertThat(tooLate).isZero();
    assertThat(limit.limit(1)).isBetween(32, 150);
  }

  @Test
  void ordinaryLoad_isNeverShed_whenAnswersAreFast() {
    offer(1000, 20, 1);

    assertThat(answered).isGreaterThan(19_900);
  }

  @Test
  void afterTheStorm_theLoadBeforeIt_passesWhole() {
    offer(400, 60, 25);
    offer(30, 30, 25);
    offer(30, 10, 25);

    assertThat(answered).isBetween(298, 302);
    assertThat(limit.limit(1)).as("room for a burst again").isGreaterThanOrEqualTo(128);
  }

  @Test
  void burstOnAColdService_isNotTakenForOverload() {
    burst(100, 39);
    burst(100, 39);
    burst(100, 5);

    assertThat(limit.limit(1)).isGreaterThanOrEqualTo(100);
  }

  /** So many at once, to a service that needs {@code millis} for each. */
  private void burst(int requests, int millis) {
    for (var i = 0; i < requests; i++) {
      assertThat(limit.enter(1)).isTrue();
    }
    for (var i = 1; i <= requests; i++) {
      now += TimeUnit.MILLISECONDS.toNanos(millis);
      limit.leave(Outcome.of(TimeUnit.MILLISECONDS.toNanos((long) i * millis), DEADLINE, true), 1);
    }
  }

  @Test
  void fastService_getsTheMost_andNotMore() {
    for (var round = 0; round < 5000; round++) {
      var entered = 0;
      while (limit.enter(1)) {
        entered++;
      }
      now += 1_000_000;
      for (var i = 0; i < entered; i++) {
        limit.leave(Outcome.EARLY, 1);
      }
    }

    assertThat(limit.limit(1)).isEqualTo(MOST);
    assertThat(limit.limit(2)).isBetween(MOST, 2 * MOST);
  }
}
