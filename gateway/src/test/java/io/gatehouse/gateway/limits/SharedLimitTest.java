package io.gatehouse.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.RedisProperties;
import io.gatehouse.gateway.limits.LimitProperties.Limit;
import io.gatehouse.testing.TcpProxy;
import io.gatehouse.testing.TestRedis;
import io.lettuce.core.RedisClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** Several gateways' limiters on one real Redis, and what becomes of them when it fails. */
class SharedLimitTest {
  private static TestRedis redis = TestRedis.started();
  private static final List<RedisLeases> LEASES = new ArrayList<>();
  private static final List<RateLimiter> GATEWAYS = new ArrayList<>();

  @BeforeAll
  static void threeGateways() {
    for (var i = 0; i < 3; i++) {
      var leases = new RedisLeases(new RedisProperties("localhost", redis.port(), null, null));
      LEASES.add(leases);
      await()
          .ignoreExceptions()
          .until(() -> leases.ping().toCompletableFuture().get(1, TimeUnit.SECONDS) != null);
      GATEWAYS.add(new RateLimiter(leases, () -> 3, System::nanoTime));
    }
  }

  @AfterAll
  static void close() {
    LEASES.forEach(RedisLeases::close);
    redis.close();
  }

  private static Decision decide(RateLimiter limiter, Policy policy, String key) {
    var later = new CompletableFuture<Decision>();
    var now = limiter.decide(policy, key, later::complete);
    return now != null ? now : later.orTimeout(30, TimeUnit.SECONDS).join();
  }

  /** One event loop may meet another one, or a pool's thread, at the lock of the connection. */
  @Test
  void loopsThatMeetAtTheConnection_loseNoCall() {
    var loops = Schedulers.newParallel("meeting", 4);
    try {
      var done =
          Flux.range(0, 4)
              .parallel(4)
              .runOn(loops)
              .doOnNext(
                  _ -> {
                    for (var i = 0; i < 20_000; i++) {
                      var _ = LEASES.getFirst().ping();
                    }
                  })
              .sequential()
              .count();

      assertThat(done.block()).isEqualTo(4);
    } finally {
      loops.dispose();
    }
    await()
        .ignoreExceptions()
        .until(
            () -> LEASES.getFirst().ping().toCompletableFuture().get(1, TimeUnit.SECONDS) != null);
  }

  @Test
  void threeGateways_admitInEveryWindow_whatOneLimitAllows() {
    var rate = 200;
    var burst = 60;
    var policy = Policy.of("shared", new Limit(rate, burst));
    var key = UUID.randomUUID().toString();
    record Admitted(long before, long after) {}
    var admitted = new ArrayList<Admitted>();
    for (var i = 0; i < 6000; i++) {
      var before = System.nanoTime();
      if (decide(GATEWAYS.get(i % 3), policy, key).isAllowed()) {
        admitted.add(new Admitted(before, System.nanoTime()));
      }
    }
    var outstanding = 3 * burst / (2 * 3);

    assertThat(admitted).hasSizeGreaterThanOrEqualTo(burst);
    for (var from = 0; from < admitted.size(); from++) {
      for (var to = from; to < admitted.size(); to++) {
        // The longest that the window can have been, however long the machine paused in between.
        var seconds = (admitted.get(to).after() - admitted.get(from).before()) / 1e9;
        if (to - from + 1 > burst + rate * seconds + outstanding) {
          fail("%d admitted within %.3f s", to - from + 1, seconds);
        }
      }
    }
  }

  @Test
  void smallLimit_isExact_acrossGateways() {
    var policy = Policy.of("small", new Limit(1, 5));
    var decisions =
        withinASecond(
            () -> {
              var key = UUID.randomUUID().toString();
              return IntStream.range(0, 9)
                  .mapToObj(i -> decide(GATEWAYS.get(i % 3), policy, key))
                  .toList();
            });

    assertThat(decisions.stream().limit(5)).allMatch(Decision::isAllowed);
    assertThat(decisions.stream().map(Decision::limit).limit(5))
        .containsExactly(
            "\"small\";r=4;t=1",
            "\"small\";r=3;t=2",
            "\"small\";r=2;t=3",
            "\"small\";r=1;t=4",
            "\"small\";r=0;t=5");
    assertThat(decisions.getLast().isAllowed()).isFalse();
    assertThat(decisions.getLast().retryAfter()).isEqualTo(1);
  }

  /**
   * An attempt that a busy machine stretched says nothing about one a second, and one in which
   * Redis was given up nothing of what is shared: it is made again.
   */
  private static <T> T withinASecond(Supplier<T> attempt) {
    for (var tries = 0; tries < 100; tries++) {
      awaitShared();
      var started = System.nanoTime();
      var result = attempt.get();
      if (System.nanoTime() - started < 900_000_000 && areShared()) {
        return result;
      }
    }
    throw new AssertionError("this machine never did it within a second");
  }

  /** Until each gateway asks Redis: one that was kept waiting for it does not for half a second. */
  @BeforeEach
  void shared() {
    awaitShared();
  }

  private static void awaitShared() {
    await().until(SharedLimitTest::areShared);
  }

  private static boolean areShared() {
    return GATEWAYS.stream().skip(1).allMatch(SharedLimitTest::isShared);
  }

  @Test
  void burstAcrossASecondsTick_isRefused() {
    var policy = Policy.of("tick", new Limit(10, 10));
    var key = UUID.randomUUID().toString();
    var started = System.nanoTime();
    var allowed = 0;
    while (System.nanoTime() - started < 400_000_000) {
      allowed += decide(GATEWAYS.getFirst(), policy, key).isAllowed() ? 1 : 0;
    }

    var seconds = (System.nanoTime() - started) / 1e9;
    assertThat(allowed)
        .as("a limiter with ticks would let 20 pass in %.1f s", seconds)
        .isBetween(10, (int) (12 + 10 * seconds));
  }

  @Test
  void flushedRedis_isTaughtTheScriptAgain() throws Exception {
    var policy = Policy.of("flushed", new Limit(1, 3));
    assertThat(decide(GATEWAYS.getFirst(), policy, "before").isAllowed()).isTrue();
    var client = RedisClient.create("redis://localhost:" + redis.port());
    try (var connection = client.connect()) {
      connection.sync().scriptFlush();
      connection.sync().flushall();
    }
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));

    var allowed =
        withinASecond(
            () -> {
              var key = UUID.randomUUID().toString();
              return IntStream.range(0, 5)
                  .filter(_ -> decide(GATEWAYS.getFirst(), policy, key).isAllowed())
                  .count();
            });
    assertThat(allowed).isEqualTo(3);
  }

  @Test
  void withoutRedis_limitsAreLocalAtOnce_andSharedAgainWhenItIsBack() throws Exception {
    var own = TestRedis.started();
    try (var leases = new RedisLeases(new RedisProperties("localhost", own.port(), null, null))) {
      await()
          .ignoreExceptions()
          .until(() -> leases.ping().toCompletableFuture().get(1, TimeUnit.SECONDS) != null);
      var limiter = new RateLimiter(leases, () -> 1, System::nanoTime);
      var policy = Policy.of("local", new Limit(1, 10));
      assertThat(decide(limiter, policy, "k").isAllowed()).isTrue();
      var started = System.nanoTime();
      own.close();
      var allowed = 0;
      var waited = 0;
      for (var i = 0; i < 30; i++) {
        var later = new CompletableFuture<Decision>();
        var decision = limiter.decide(policy, "k", later::complete);
        if (decision == null) {
          waited++;
          decision = later.orTimeout(30, TimeUnit.SECONDS).join();
        }
        allowed += decision.isAllowed() ? 1 : 0;
      }
      var seconds = (System.nanoTime() - started) / 1e9;

      assertThat(waited).as("the first tells that Redis is away").isLessThanOrEqualTo(1);
      assertThat(allowed)
          .as("never unlimited, and no second burst")
          .isBetween(9, (int) (11 + seconds));
      try (var back = TestRedis.startedOn(own.port())) {
        assertThat(back.port()).isEqualTo(own.port());
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () ->
                    decide(limiter, policy, UUID.randomUUID().toString()).limit().contains("r=9"));
      }
    }
  }

  /** As a firewall does that forgot the connection: no RST, no FIN, no answer. */
  @Test
  void silentRedis_isGivenUp_andLimitsAreSharedAgainOverAnotherConnection() {
    try (var way = new TcpProxy(redis.port());
        var leases = new RedisLeases(new RedisProperties("localhost", way.port(), null, null))) {
      await()
          .ignoreExceptions()
          .until(() -> leases.ping().toCompletableFuture().get(1, TimeUnit.SECONDS) != null);
      var limiter = new RateLimiter(leases, () -> 1, System::nanoTime);
      await().until(() -> isShared(limiter));

      way.lose();
      await().until(() -> !isShared(limiter));
      var policy = tenInAll("mute");
      assertThat(
              IntStream.range(0, 30).filter(_ -> decide(limiter, policy, "k").isAllowed()).count())
          .as("limited here")
          .isEqualTo(10);

      way.find();
      await().until(() -> isShared(limiter));
      await().untilAsserted(() -> assertThat(way.open()).as("the lost one is closed").isOne());
    }
  }

  /** Ten, and one more only after longer than a test lasts. */
  private static Policy tenInAll(String name) {
    return new Policy(name, '"' + name + '"', new Gcra(3_600_000_000_000L, 10), 1, "");
  }

  /** Another gateway sees what this limiter spends. */
  private static boolean isShared(RateLimiter limiter) {
    var policy = tenInAll("seen");
    var key = UUID.randomUUID().toString();
    var _ = decide(limiter, policy, key);
    return decide(GATEWAYS.getFirst(), policy, key).limit().contains("r=8;");
  }

  @Test
  void hungRedis_stallsNobody() {
    var hung =
        new Leases() {
          @Override
          public CompletionStage<Lease> lease(Policy policy, String key, int wanted, int returned) {
            return new CompletableFuture<>();
          }

          @Override
          public CompletionStage<?> ping() {
            return new CompletableFuture<>();
          }
        };
    var limiter = new RateLimiter(hung, () -> 1, System::nanoTime);
    var policy = Policy.of("hung", new Limit(1, 2));
    Quota.Waiter first = _ -> {};
    assertThat(limiter.decide(policy, "k", first)).isNull();

    var decision = limiter.giveUp(policy, "k", first);

    assertThat(decision).isNotNull();
    assertThat(decision.isAllowed()).isTrue();
    assertThat(limiter.decide(policy, "k", _ -> {})).as("at once from now on").isNotNull();
    var third = limiter.decide(policy, "k", _ -> {});
    assertThat(third).isNotNull();
    assertThat(third.isAllowed()).isFalse();
  }
}
