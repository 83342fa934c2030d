package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.drill.OpenLoad;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two instances of each service, restarted and killed under an open load. {@code ./mvnw
 * -Pdrills,-after-the-services -pl deploy/local verify -Dit.test=RollingRestartIT}; {@code
 * -Ddrill.rounds=N} replaces 20.
 */
@Tag("drill")
class RollingRestartIT {
  private static final List<String> SERVICES =
      List.of("auth-server", "user-service", "order-service");
  private static final int ROUNDS = Integer.getInteger("drill.rounds", 20);
  private static final int SETTLED = 500;

  private static RunningPlatform platform;
  private static volatile String token;

  @BeforeAll
  static void start() {
    platform = RunningPlatform.start(Path.of("target/drill"), Map.of());
    for (var service : SERVICES) {
      platform.scale(service, 2);
    }
    token = platform.serviceToken();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void everyServiceRestarted_losesNoRequest() {
    try (var load = load()) {
      settle(load);
      for (var round = 1; round <= ROUNDS; round++) {
        token = platform.serviceToken();
        for (var service : SERVICES) {
          platform.gatehouse("restart", service).succeeded();
          assertThat(load.refused()).as("%s in round %d", service, round).isEmpty();
        }
      }
      load.stop();

      assertThat(load.refused()).isEmpty();
      System.out.printf("%d rounds, %d requests, 0 failed%n", ROUNDS, load.sent());
    }
  }

  @Test
  void oneOfTwoKilled_losesOnlyWhatWasInsideIt_andOnlyWhatCannotBeRepeated() {
    for (var service : List.of("user-service", "order-service")) {
      try (var load = load()) {
        settle(load);
        platform.kill(service);
        var killedAt = System.nanoTime();
        await().atMost(Duration.ofMinutes(1)).until(() -> load.sent() > 800);
        load.stop();

        assertThat(load.refused())
            .allSatisfy(
                failed -> {
                  assertThat(failed.method()).as(failed.toString()).isEqualTo("POST");
                  assertThat(failed.sentAt()).as(failed.toString()).isLessThan(killedAt);
                });
        System.out.printf(
            "%s: %d requests, %d failed%n", service, load.sent(), load.refused().size());
      }
      platform.up();
    }
  }

  private static void settle(OpenLoad load) {
    assertThat(load.settles(SETTLED, Duration.ofMinutes(3))).isTrue();
    load.forget();
  }

  private static OpenLoad load() {
    var load = new OpenLoad(platform.url());
    load.every(Duration.ofMillis(40), () -> request("/api/orders?limit=1"));
    load.every(Duration.ofMillis(40), () -> request("/api/users?limit=1"));
    load.every(
        Duration.ofMillis(80),
        () ->
            request("/api/orders")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(NewOrder.JSON)));
    load.every(
        Duration.ofMillis(400),
        () -> HttpRequest.newBuilder(platform.url().resolve("/.well-known/openid-configuration")));
    load.every(Duration.ofSeconds(1), RollingRestartIT::tokenRequest);
    return load;
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(platform.url().resolve(path))
        .header("Authorization", "Bearer " + token);
  }

  private static HttpRequest.Builder tokenRequest() {
    var credentials =
        Base64.getEncoder()
            .encodeToString("demo-service:demo-secret".getBytes(StandardCharsets.UTF_8));
    return HttpRequest.newBuilder(platform.url().resolve("/oauth2/token"))
        .header("Authorization", "Basic " + credentials)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString("grant_type=client_credentials&scope=orders.read"));
  }
}
