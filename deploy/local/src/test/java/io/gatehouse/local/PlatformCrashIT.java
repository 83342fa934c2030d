package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.PublicApi;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of the platform killed and stopped. It runs last, because others share the platform. */
@ExtendWith(SharedPlatform.class)
@Order(Integer.MAX_VALUE)
class PlatformCrashIT {
  private static final Duration SOON = Duration.ofSeconds(45);

  private final RunningPlatform platform;
  private final PublicApi api;

  PlatformCrashIT(RunningPlatform platform) {
    this.platform = platform;
    this.api = platform.api();
  }

  @Test
  void acknowledgedWrites_areThereOnce_afterPostgresWasKilled() {
    var drill = platform.gatehouse("drill", "kill", "postgresql", "--rate", "20").succeeded();

    assertThat(drill.output().lines().toList().getLast()).matches(FinalLine.CLEAN);
  }

  @Test
  void killedService_isToldAndMissed_untilItIsStartedAgain() {
    platform.kill("order-service");

    var status = platform.gatehouse("status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.output()).containsPattern("order-service +DIED");
    awaitHealth(503, "[\"order-service\"]");
    assertOrdersAreMissing("SERVICE_UNAVAILABLE");

    platform.up();
    assertThat(api.get("/health", null).status()).as("ready is what up waits for").isEqualTo(200);
    var token = platform.serviceToken();
    await().atMost(SOON).until(() -> api.get("/api/orders", token).status() == 200);
  }

  @Test
  void diedService_isStillTold_afterAnUpThatFailed() {
    try (var console = new ConsoleUnderFault(platform)) {
      platform.kill("order-service");
      var port = String.valueOf(platform.url().getPort());
      var spoilt = Map.of("GATEHOUSE_DRAIN", "a while");
      assertThat(platform.gatehouse(spoilt, "up", "--detach", "--port", port).exitCode())
          .isEqualTo(1);

      assertThat(platform.gatehouse("status").output()).containsPattern("order-service +DIED");
      var token = platform.serviceToken();
      console.misses(() -> assertThat(api.get("/api/orders", token).status()).isEqualTo(503));
      platform.up();
      await().atMost(SOON).until(() -> api.get("/api/orders", token).status() == 200);
      console.recovers();
    }
  }

  /** Killed before the page has heard of anything, and restarted after. */
  @Test
  void openConsole_outlivesItsGateway_andSeesEveryEventOnce() {
    var token = platform.personToken("ada@example.com");
    try (var console = new ConsoleUnderFault(platform)) {
      console.looksAtEvents();
      platform.kill("gateway");
      console.isCutOff();
      var orders = URI.create("http://127.0.0.1:" + platform.component("order-service").port());
      var meanwhile = placed(new PublicApi(orders), token);
      platform.up();
      console.sees(meanwhile);
      console.sees(placed(api, token));

      platform.gatehouse("restart", "gateway").succeeded();
      console.sees(placed(api, token));
      console.sawNothingTwice_andIsSignedIn();
    }
  }

  private static String placed(PublicApi at, String token) {
    var order = at.post("/api/orders", token, NewOrder.BODY);
    assertThat(order.status()).as(order.summary()).isEqualTo(201);
    return order.json().path("id").asString("");
  }

  @Test
  @Tag("drill")
  void service_isRestarted_whileTheRegistryIsAway() {
    var token = platform.serviceToken();
    var before = platform.component("user-service");
    platform.kill("discovery");

    platform.gatehouse("restart", "user-service").succeeded();

    assertThat(platform.component("user-service").process()).isNotEqualTo(before.process());
    assertThat(platform.component("discovery").isAlive()).isTrue();
    await().atMost(SOON).until(() -> api.get("/api/users?limit=1", token).status() == 200);
    await().atMost(SOON).until(() -> api.get("/health", null).status() == 200);
  }

  @Test
  void hungService_isNamedByHealthAndStatus_untilItAnswersAgain() {
    isNamedWhileItHangs("order-service");
  }

  @Tag("drill")
  @ParameterizedTest
  @ValueSource(strings = {"auth-server", "user-service"})
  void anyHungService_isNamedByHealthAndStatus_untilItAnswersAgain(String service) {
    isNamedWhileItHangs(service);
  }

  private void isNamedWhileItHangs(String service) {
    var hung = platform.component(service).process();
    hung.signal("STOP");
    try {
      awaitHealth(503, "[\"" + service + "\"]");
      var status = platform.gatehouse("status");
      assertThat(status.exitCode()).isEqualTo(1);
      assertThat(status.output())
          .containsPattern(service + " +NOT READY")
          .contains("503 {\"status\":\"DOWN\"");
    } finally {
      hung.signal("CONT");
    }
    awaitHealth(200, "");
    var token = platform.serviceToken();
    for (var path : List.of("/api/orders", "/api/users")) {
      await().atMost(SOON).until(() -> api.get(path, token).status() == 200);
    }
  }

  private void awaitHealth(int status, String waitingFor) {
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var health = api.get("/health", null);
              assertThat(health.status()).isEqualTo(status);
              assertThat(health.json().path("waitingFor").toString()).isEqualTo(waitingFor);
            });
  }

  @Test
  void hungService_isMissedInComposedAnswers_afterTheirDeadline() {
    var token = platform.serviceToken();
    // What other tests broke is out of the breaker's window then.
    for (var n = 0; n < 10; n++) {
      assertThat(api.get("/api/orders?limit=1", token).status()).isEqualTo(200);
    }
    platform.component("order-service").process().signal("STOP");
    try {
      assertOrdersAreMissing("UPSTREAM_TIMEOUT");
    } finally {
      platform.component("order-service").process().signal("CONT");
    }
    await().atMost(SOON).until(() -> api.get("/api/orders", token).status() == 200);
  }

  private void assertOrdersAreMissing(String code) {
    var grace = platform.personToken("grace@example.com");
    var overview = api.get("/api/me/overview", grace);
    assertThat(overview.status()).isEqualTo(200);
    assertThat(overview.json().at("/user/email").asString()).isEqualTo("grace@example.com");
    assertThat(overview.json().path("missing").toString()).isEqualTo("[\"recentOrders\"]");
    assertThat(overview.response().headers().firstValue("X-Partial-Response"))
        .hasValue("recentOrders");
    assertThat(overview.response().headers().firstValue("Cache-Control")).hasValue("no-store");
    var query = Map.of("query", "{ users(limit: 100) { email orders { items { id } } } }");
    var answer = api.post("/graphql", grace, query).json();
    var users = answer.at("/data/users");
    assertThat(users).isNotEmpty().allMatch(user -> user.path("orders").isNull());
    assertThat(answer.path("errors"))
        .hasSize(users.size())
        .allMatch(error -> error.at("/extensions/code").asString().equals(code));
  }

  @Test
  void data_isThere_afterDownAndUp() {
    var order = api.post("/api/orders", platform.personToken("ada@example.com"), NewOrder.BODY);
    assertThat(order.status()).isEqualTo(201);
    platform.gatehouse("down").succeeded();
    assertThat(platform.gatehouse("status").output()).contains("not running");
    platform.up();

    var path = "/api/orders/" + order.json().path("id").asString();
    var found = api.get(path, platform.serviceToken());
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.json().path("status").asString()).isEqualTo("PLACED");
  }
}
