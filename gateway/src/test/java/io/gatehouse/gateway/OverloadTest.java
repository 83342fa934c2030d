package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;

/**
 * Ten times what a service can do, offered in an open loop. The service works on one request after
 * another, 25 ms each, and keeps all that it is sent in a queue.
 */
@Tag("drill")
@TestPropertySource(
    properties = {
      // As shipped.
      "gatehouse.guards.deadline=5s",
      "gatehouse.breaker.recovery=60s"
    })
class OverloadTest extends GatewayFixture {
  private static final long COST = TimeUnit.MILLISECONDS.toNanos(25);
  private static final int CAPACITY = 40;

  private final AtomicLong freeAt = new AtomicLong(System.nanoTime());

  /** What came of an offered load. */
  private record Outcome(int good, int shed, int other) {}

  @Test
  void tenTimesTheLoad_leavesFourFifthsOfTheGoodput_andIsOverWithin30Seconds() {
    ORDERS.answering(
        (_, response) -> {
          var now = System.nanoTime();
          var done = freeAt.updateAndGet(free -> Math.max(now, free) + COST);
          return response.sendString(
              Mono.just("{}").delayElement(Duration.ofNanos(Math.max(0, done - now))));
        });
    var before = offer(CAPACITY * 9 / 10, 10);
    var peak = offer(CAPACITY, 10);

    var storm = offer(CAPACITY * 10, 30);
    offer(CAPACITY * 9 / 10, 20);
    var after = offer(CAPACITY * 9 / 10, 10);

    System.out.printf("before %s, peak %s, ten times %s, after %s%n", before, peak, storm, after);
    assertThat(storm.good()).isGreaterThan(peak.good() * 3 * 8 / 10);
    assertThat(storm.other()).as("neither late nor broken").isZero();
    assertThat(after.good()).isGreaterThanOrEqualTo(before.good() * 99 / 100);
  }

  private Outcome offer(int perSecond, int seconds) {
    var count = perSecond * seconds;
    var good = new AtomicInteger();
    var shed = new AtomicInteger();
    var done = new CountDownLatch(count);
    var request = request("/api/orders", TOKENS.service("storm")).build();
    try (var timer = Executors.newSingleThreadScheduledExecutor()) {
      var left = new AtomicInteger(count);
      timer.scheduleAtFixedRate(
          () -> {
            if (left.getAndDecrement() > 0) {
              CLIENT
                  .sendAsync(request, BodyHandlers.discarding())
                  .whenComplete(
                      (answer, _) -> {
                        var status = answer == null ? 0 : answer.statusCode();
                        good.addAndGet(status == 200 ? 1 : 0);
                        shed.addAndGet(status == 503 ? 1 : 0);
                        done.countDown();
                      });
            }
          },
          0,
          TimeUnit.SECONDS.toNanos(1) / perSecond,
          TimeUnit.NANOSECONDS);
      assertThat(done.await(seconds + 30L, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    return new Outcome(good.get(), shed.get(), count - good.get() - shed.get());
  }
}
