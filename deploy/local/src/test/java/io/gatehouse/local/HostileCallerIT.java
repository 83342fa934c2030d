package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.drill.OpenLoad;
import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.journey.PublicApi;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * One caller sends all of {@link HostileInputs}, ten a second, by one account and from one address,
 * and holds connections besides, while a hundred others work. They notice nothing: none of their
 * requests fails, and 99 in 100 take less than twice their usual time. {@code ./mvnw
 * -Pdrills,-after-the-services -pl deploy/local verify -Dit.test=HostileCallerIT}; {@code
 * -Ddrill.rounds=N} replaces 3 rounds through the inputs.
 */
@Tag("drill")
class HostileCallerIT {
  private static final int OTHERS = 100;
  private static final int ROUNDS = Integer.getInteger("drill.rounds", 3);
  private static final int HELD = 60;
  private static final Duration EACH = Duration.ofMillis(100);
  private static final Duration SETTLE = Duration.ofMinutes(3);
  private static final Duration USUAL = Duration.ofSeconds(30);

  /** Each of the others asks for something every two seconds: fifty requests a second. */
  private static final Duration PACE = Duration.ofSeconds(2);

  private static RunningPlatform platform;

  @BeforeAll
  static void start() {
    // A proxy on this machine is trusted, so that each caller has an address of its own; limits are
    // those that ship, but for the time in which a hundred people sign up.
    platform =
        RunningPlatform.start(
            Path.of("target/drill"), Map.of("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.0/8"));
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void others_noticeNothing_ofOneHostileCaller() throws IOException {
    var mallory = new HostileCaller(platform.url(), "203.0.113.66");
    var processes = platform.components();
    try (var load = new OpenLoad(platform.url())) {
      for (var number = 0; number < OTHERS; number++) {
        work(load, number);
      }
      assertThat(load.settles(1_000, SETTLE)).isTrue();
      load.forget();
      pass(USUAL);
      assertThat(load.refused()).isEmpty();
      var usual = load.percentile(99);
      load.forget();

      var unhealthy = attack(mallory);

      load.stop();
      System.out.printf(
          "%d requests of others, %d failed, 99 in 100 within %d ms, usually %d ms%n",
          load.sent(), load.refused().size(), load.percentile(99).toMillis(), usual.toMillis());
      assertThat(load.refused()).isEmpty();
      assertThat(unhealthy).as("/health").isEmpty();
      assertThat(platform.components()).isEqualTo(processes).allMatch(one -> one.isAlive());
      assertThat(load.percentile(99)).isLessThan(usual.multipliedBy(2));
    }
  }

  /** One of the others: an account and an address of its own, and work that never ends. */
  private static void work(OpenLoad load, int number) {
    var address = "198.51.100." + number;
    var person = new Person(platform.url());
    var token = person.signIn().access();
    var pause = PACE.multipliedBy(4);
    load.every(pause, () -> request("/api/orders?limit=5", token, address));
    load.every(pause, () -> request("/api/users/me", token, address));
    load.every(pause, () -> request("/api/me/overview", token, address));
    load.every(
        pause,
        () ->
            request("/api/orders", token, address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(NewOrder.JSON)));
  }

  private static HttpRequest.Builder request(String path, String token, String address) {
    return HttpRequest.newBuilder(platform.url().resolve(path))
        .header("Authorization", "Bearer " + token)
        .header("X-Forwarded-For", address);
  }

  /**
   * Sends every input in every round, none waiting for another's answer.
   *
   * @return what {@code /health} said when it was not well
   */
  private static List<String> attack(HostileCaller mallory) throws IOException {
    var unhealthy = new ConcurrentLinkedQueue<String>();
    var inputs = HostileInputs.all();
    var next = new AtomicInteger();
    var held = new ArrayList<Socket>();
    try (var senders = Executors.newVirtualThreadPerTaskExecutor();
        var timer = Executors.newScheduledThreadPool(2)) {
      for (var number = 0; number < HELD; number++) {
        held.add(mallory.hold(inputs.get(number * inputs.size() / HELD)));
      }
      timer.scheduleAtFixedRate(
          () -> {
            var input = inputs.get(next.getAndIncrement() % inputs.size());
            senders.execute(() -> mallory.send(input));
          },
          0,
          EACH.toMillis(),
          TimeUnit.MILLISECONDS);
      var api = new PublicApi(platform.url());
      timer.scheduleAtFixedRate(
          () -> {
            try {
              var health = api.get("/health", null);
              if (health.status() != 200) {
                unhealthy.add(health.summary());
              }
            } catch (JourneyFailed noAnswer) {
              unhealthy.add(String.valueOf(noAnswer.getMessage()));
            }
          },
          0,
          500,
          TimeUnit.MILLISECONDS);
      var all = ROUNDS * inputs.size();
      await().atMost(EACH.multipliedBy(3L * all)).until(() -> next.get() >= all);
      timer.shutdown();
    } finally {
      for (var socket : held) {
        socket.close();
      }
    }
    return List.copyOf(unhealthy);
  }

  private static void pass(Duration time) {
    var end = System.nanoTime() + time.toNanos();
    await().atMost(time.multipliedBy(2)).until(() -> System.nanoTime() >= end);
  }
}
