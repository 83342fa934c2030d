package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.journey.JourneyFailed;
import io.gatehouse.local.journey.PublicApi;
import io.gatehouse.local.journey.SignIn;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The whole platform, started the way {@code up} does, on free ports. The order saves starts. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PlatformIT {
  private static final Duration SOON = Duration.ofSeconds(45);

  @TempDir static Path folder;
  private static CommandLineRun gatehouse;
  private static PublicApi api;
  private static String order;

  @BeforeAll
  static void start() {
    gatehouse = new CommandLineRun(folder.resolve("data"));
    api = new PublicApi(URI.create("http://localhost:" + gatehouse.port()));
    gatehouse.run("up", "--detach", "--port", String.valueOf(gatehouse.port())).succeeded();
  }

  @AfterAll
  static void stop() {
    gatehouse.run("down").succeeded();
  }

  @Test
  @Order(1)
  void firstRequest_succeeds_onEveryRoute() {
    assertThat(api.get("/.well-known/openid-configuration", null).status()).isEqualTo(200);
    assertThat(api.get("/oauth2/jwks", null).status()).isEqualTo(200);
    var person =
        Map.of(
            "email",
            UUID.randomUUID() + "@example.com",
            "name",
            "A",
            "password",
            "a-long-enough-one");
    assertThat(api.post("/api/users", null, person).status()).isEqualTo(201);
    var token = service();
    assertThat(api.get("/api/orders", token).status()).isEqualTo(200);
    assertThat(api.get("/api/users", token).status()).isEqualTo(200);
    assertThat(api.get("/health", null).status()).isEqualTo(200);
  }

  @Test
  @Order(2)
  void journey_passes_throughThePublicUrlOnly() {
    var check = gatehouse.run("check").succeeded();
    assertThat(check.output()).contains("All steps passed.").doesNotContain("FAIL");
  }

  @Test
  @Order(3)
  void token_isIssued_toAPerson() {
    var token = gatehouse.run("token", "--user", "ada@example.com").succeeded().output().strip();
    var placed = api.post("/api/orders", token, anOrder());
    assertThat(placed.status()).isEqualTo(201);
    order = placed.json().path("id").asString();
  }

  @Test
  @Order(4)
  void up_saysThatItRuns_whenItDoes() {
    var up = gatehouse.run("up", "--detach").succeeded();
    assertThat(up.output()).contains("already runs");
    assertThat(gatehouse.run("status").succeeded().output()).contains("order-service");
  }

  @Test
  @Order(5)
  void acknowledgedOrders_areThere_afterPostgresWasKilled() throws Exception {
    var token = service();
    var acknowledged = new ConcurrentLinkedQueue<String>();
    var placing = new AtomicBoolean(true);
    var customer = Thread.ofVirtual().start(() -> placeWhile(placing, token, acknowledged));
    await().atMost(SOON).until(() -> acknowledged.size() > 50);

    gatehouse.kill("postgresql");
    placing.set(false);
    customer.join(Duration.ofSeconds(30));
    assertThat(gatehouse.run("status").output()).contains("postgresql").contains("DIED");
    gatehouse.run("up", "--detach").succeeded();

    await().atMost(SOON).until(() -> api.get("/api/orders?limit=1", token).status() == 200);
    for (var id : List.copyOf(acknowledged)) {
      assertThat(api.get("/api/orders/" + id, token).status()).as(id).isEqualTo(200);
    }
  }

  @Test
  @Order(6)
  void killedService_isToldAndMissed_untilItIsStartedAgain() {
    gatehouse.kill("order-service");

    var status = gatehouse.run("status");
    assertThat(status.exitCode()).isEqualTo(1);
    assertThat(status.output()).containsPattern("order-service +DIED");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var health = api.get("/health", null);
              assertThat(health.status()).isEqualTo(503);
              assertThat(health.json().path("waitingFor").toString())
                  .isEqualTo("[\"order-service\"]");
            });

    gatehouse.run("up", "--detach").succeeded();
    await().atMost(SOON).until(() -> api.get("/health", null).status() == 200);
    var token = service();
    await()
        .atMost(Duration.ofSeconds(90))
        .until(() -> api.get("/api/orders", token).status() == 200);
  }

  @Test
  @Order(7)
  void data_isThere_afterDownAndUp() {
    gatehouse.run("down").succeeded();
    assertThat(gatehouse.run("status").output()).contains("not running");
    gatehouse.run("up", "--detach", "--port", String.valueOf(gatehouse.port())).succeeded();

    var found = api.get("/api/orders/" + order, service());
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.json().path("status").asString()).isEqualTo("PLACED");
  }

  private static void placeWhile(
      AtomicBoolean placing, String token, ConcurrentLinkedQueue<String> acknowledged) {
    while (placing.get()) {
      try {
        var placed = api.post("/api/orders", token, anOrder());
        if (placed.status() == 201) {
          acknowledged.add(placed.json().path("id").asString());
        }
      } catch (JourneyFailed noAnswer) {
        // Not acknowledged, so nothing is promised about it.
      }
    }
  }

  private static String service() {
    return new SignIn(api.url()).asClient("demo-service", "demo-secret");
  }

  private static Map<String, Object> anOrder() {
    var item = Map.of("sku", "TEA-1", "name", "Tea", "quantity", 1, "unitPrice", 500);
    return Map.of("currency", "EUR", "items", List.of(item));
  }
}
