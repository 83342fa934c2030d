package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;

/** What the gateway knows of instances without a request that runs into them. */
@TestPropertySource(properties = {"gatehouse.guards.probe=20ms", "gatehouse.breaker.recovery=10m"})
class InstanceProbesTest extends GatewayFixture {
  private static final String UP = "{\"status\":\"UP\"}";
  private static final String DOWN = "{\"status\":\"DOWN\",\"waitingFor\":[\"order-service\"]}";

  private final StubService management = new StubService();

  @BeforeEach
  void register() {
    registry.putManaged("order-service", ORDERS.port(), management.port());
    upstreams.forget();
    assertThat(health()).isEqualTo(UP);
    // A whole round, after which it is known to answer.
    management.received().clear();
    await().until(() -> management.received().size() > 2);
  }

  @AfterEach
  void stop() {
    management.close();
  }

  private String health() {
    return get("/health").body();
  }

  private int order() {
    return get("/api/orders", TOKENS.service("probes")).statusCode();
  }

  private static boolean asksForReadiness(HttpServerRequest request) {
    return request.uri().endsWith("/readiness");
  }

  @Test
  void instanceThatHangs_isToldByHealth_untilItAnswersAgain() {
    assertThat(health()).isEqualTo(UP);

    management.answering((_, _) -> Mono.never());

    await().atMost(Duration.ofSeconds(60)).until(() -> health().equals(DOWN));
    assertThat(get("/health").statusCode()).isEqualTo(503);
    management.reset();
    await().atMost(Duration.ofSeconds(60)).until(() -> health().equals(UP));
  }

  @Test
  void instanceThatDied_isToldByHealth_withoutAManagementPortToo() {
    try (var dying = new StubService()) {
      registry.put("order-service", dying.port());
      upstreams.forget();
      assertThat(health()).isEqualTo(UP);
      dying.close();

      await().until(() -> health().equals(DOWN));
    }
  }

  @Test
  void openBreaker_isToldByHealth_andTriesAtOnce_whenAnInstanceComesBack() {
    management.answering((_, _) -> Mono.never());
    ORDERS.answeringStatus(502);
    for (var i = 0; i < 5; i++) {
      assertThat(place(i % 2 == 0 ? "u" : "v")).isEqualTo(502);
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> health().equals(DOWN));
    assertThat(order()).isEqualTo(503);

    ORDERS.reset();
    management.reset();

    await().atMost(Duration.ofSeconds(60)).until(() -> health().equals(UP));
    assertThat(upstreams.breakerState("order-service")).isEqualTo("HALF_OPEN");
    assertThat(order()).isEqualTo(200);
    assertThat(upstreams.breakerState("order-service")).isEqualTo("CLOSED");
  }

  @Test
  void openBreaker_staysOpen_whileAnInstanceGoesOnAnsweringItsProbes() {
    ORDERS.answeringStatus(502);
    for (var i = 0; i < 5; i++) {
      assertThat(place(i % 2 == 0 ? "u" : "v")).isEqualTo(502);
    }
    management.received().clear();

    await().until(() -> management.received().size() > 3);

    assertThat(health()).isEqualTo(DOWN);
    assertThat(order()).isEqualTo(503);
  }

  @Test
  void breakerOpenForOneCaller_isNoMatterOfHealth() {
    ORDERS.answeringStatus(502);
    for (var i = 0; i < 5; i++) {
      assertThat(place("alone")).isEqualTo(502);
    }

    assertThat(place("alone")).isEqualTo(503);
    assertThat(health()).isEqualTo(UP);
  }

  private int place(String user) {
    return send(request("/api/orders", TOKENS.user(user)).POST(body())).statusCode();
  }

  @Test
  void instanceThatTheRegistryForgot_isKept_whileItSaysThatItIsInService() {
    registry.put("order-service");
    await().until(() -> management.received().stream().anyMatch(this::isForReadiness));

    for (var i = 0; i < 20; i++) {
      assertThat(order()).isEqualTo(200);
      assertThat(health()).isEqualTo(UP);
    }
    registry.putManaged("order-service", ORDERS.port(), management.port());
    management.received().clear();
    await().until(() -> !management.received().isEmpty());
    assertThat(order()).isEqualTo(200);
  }

  @Test
  void instanceThatLeftTheRegistry_isLeft_whenItSaysThatItStops() {
    management.answering(
        (request, response) -> response.status(asksForReadiness(request) ? 503 : 200).send());

    registry.put("order-service");

    await().until(() -> upstreams.instances("order-service").isEmpty());
    assertThat(order()).isEqualTo(503);
    assertThat(health()).isEqualTo(DOWN);
  }

  @Test
  void instanceThatLeftTheRegistry_isLeft_whenItsPortsAreClosed() {
    registry.put("order-service");
    await().until(() -> management.received().stream().anyMatch(this::isForReadiness));

    management.close();

    await().until(() -> upstreams.instances("order-service").isEmpty());
  }

  private boolean isForReadiness(StubService.Received received) {
    return received.uri().endsWith("/readiness");
  }

  private static java.net.http.HttpRequest.BodyPublisher body() {
    return BodyPublishers.ofString("{}");
  }
}
