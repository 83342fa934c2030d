package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.drill.Findings;
import io.gatehouse.local.drill.Shopping;
import io.gatehouse.local.journey.PublicApi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The physical restore of docs/operating.md, done to a whole platform: a backup taken while people
 * order and are deleted, restored into an empty folder, and the services started upon it. {@code
 * ./mvnw -Pdrills,-after-the-services -pl deploy/local verify -Dit.test=RestoreIT}
 */
@Tag("drill")
class RestoreIT {
  private static final Path DATA = Path.of("target/restore").toAbsolutePath();
  private static final Duration SOON = Duration.ofSeconds(45);

  private static RunningPlatform platform;
  private static PublicApi api;

  @BeforeAll
  static void start() {
    platform = RunningPlatform.start(DATA, Map.of());
    api = platform.api();
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @Test
  void restore_losesAndRepeatsNothing_forClientsAndForServices(@TempDir Path folder)
      throws Exception {
    var backup = PhysicalBackup.of(platform, DATA, folder);
    var token = platform.serviceToken();
    var stream = new OrderStream(platform.url());
    stream.connect(token);

    var shopping = Shopping.begun(platform.url(), 50);
    awaitAcknowledged(shopping, 100);
    var before = Buyer.at(platform);
    before.leave();
    backup.take();
    var between = Buyer.at(platform);
    between.leave();
    awaitAcknowledged(shopping, 200);
    shopping.stop();
    shopping.close();
    // Leaves while nobody follows the users: order-service learns of it after the restore.
    var last = Buyer.at(platform);
    platform.kill("order-service");
    last.leave();
    backup.shipTheLog();
    platform.gatehouse("down").succeeded();
    backup.restore();
    platform.up();

    stream.connect(token);
    for (var buyer : List.of(before, between, last)) {
      await().atMost(SOON).untilAsserted(() -> assertErasedOnce(buyer.order(), token));
    }
    var afterwards = place(token);
    await().atMost(SOON).until(() -> stream.events().contains(afterwards + " 1"));
    assertThat(stream.events())
        .as("no gap and no repeat")
        .containsExactlyElementsOf(
            backup.column(
                "orders", "select order_id || ' ' || version from events order by xid, position"));
    assertThat(shopping.findings()).isEqualTo(new Findings(List.of(), List.of()));
    Stream.of(before, between, last)
        .map(Buyer::order)
        .forEach(order -> assertVerified(order, token));
  }

  private static void awaitAcknowledged(Shopping shopping, int writes) {
    await().atMost(SOON).until(() -> shopping.acknowledged() >= writes);
  }

  /** Somebody with an order. */
  private record Buyer(Person person, String token, String order) {

    static Buyer at(RunningPlatform platform) {
      var person = new Person(platform.url());
      var token = person.signIn().access();
      return new Buyer(person, token, place(token));
    }

    void leave() {
      person.delete(token);
    }
  }

  private static String place(String token) {
    var placed = api.post("/api/orders", token, NewOrder.BODY);
    assertThat(placed.status()).as(placed.summary()).isEqualTo(201);
    return placed.json().path("id").asString();
  }

  private static void assertErasedOnce(String order, String token) {
    var trail = api.get("/api/orders/" + order + "/events", token).json().path("items");
    assertThat(trail)
        .extracting(event -> event.path("type").asString())
        .containsExactly("OrderPlaced", "PersonalDataDestroyed", "OrderCancelled");
  }

  private static void assertVerified(String order, String token) {
    var verification = api.get("/api/orders/" + order + "/verification", token);
    assertThat(verification.status()).as(order).isEqualTo(200);
    assertThat(verification.json().path("valid").asBoolean()).as(order).isTrue();
  }
}
