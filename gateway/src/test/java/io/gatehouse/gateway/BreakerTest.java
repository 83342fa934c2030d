package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;

/** What closes a service for a while, and what must not. */
@TestPropertySource(properties = "gatehouse.guards.deadline=1s")
class BreakerTest extends GatewayFixture {
  private static final String NOBODY = "\"code\":\"SERVICE_UNAVAILABLE\"";

  private static Stream<Failure> failures() {
    return Stream.of(
        new Failure("502", 502, () -> ORDERS.answeringStatus(502)),
        new Failure("503 without Retry-After", 503, () -> ORDERS.answeringStatus(503)),
        new Failure("504", 504, () -> ORDERS.answeringStatus(504)),
        new Failure("time-out", 504, () -> ORDERS.answering((_, _) -> Mono.never())),
        new Failure("reset", 502, () -> ORDERS.answering(StubService::hangUp)));
  }

  /** A way to fail, and what the caller gets. */
  private record Failure(String name, int status, Runnable begin) {
    @Override
    public String toString() {
      return name;
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void breaker_opensAtTheFifthFailureInARow_andRecovers(Failure failure) {
    failure.begin.run();
    var token = TOKENS.service("breaker");
    for (var i = 0; i < 5; i++) {
      assertThat(send(request("/api/orders", token).POST(body())).statusCode())
          .isEqualTo(failure.status);
    }

    var refused = get("/api/orders", token);

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).contains(NOBODY);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(ORDERS.received()).hasSize(5);
    assertThat(upstreams.breakerState("order-service")).isNotEqualTo("CLOSED");
    assertThat(get("/api/users/1", token).statusCode()).as("another service").isEqualTo(200);
    ORDERS.reset();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(get("/api/orders", token).statusCode()).isEqualTo(200));
    assertThat(upstreams.breakerState("order-service")).as("after one success").isEqualTo("CLOSED");
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 501, 505, 429, 404, 400, 401})
  void oneCallersAnswers_neverOpenIt(int status) {
    ORDERS.answeringStatus(status);
    var token = TOKENS.service("breaker");

    for (var path : new String[] {"", "/1", "/1/events", "/stream", "/2/diff", "/batch", "/x/y"}) {
      assertThat(get("/api/orders" + path, token).statusCode()).isEqualTo(status);
    }

    assertThat(upstreams.breakerState("order-service")).isEqualTo("CLOSED");
  }

  @Test
  void shedCalls_neverOpenIt_andAreTriedElsewhere() {
    ORDERS.answering((_, response) -> response.status(503).header("Retry-After", "1").send());

    for (var i = 0; i < 12; i++) {
      assertThat(get("/api/orders", TOKENS.user("user" + i)).statusCode()).isEqualTo(503);
    }

    assertThat(upstreams.breakerState("order-service")).isEqualTo("CLOSED");
  }

  @Test
  void callerWhoseRequestsTimeOut_isKeptOut_andNobodyElse() {
    ORDERS.answering(
        (request, response) ->
            request.uri().endsWith("/slow") ? Mono.never() : response.sendString(Mono.just("{}")));
    for (var i = 0; i < 5; i++) {
      assertThat(get("/api/orders/slow", TOKENS.user("alice")).statusCode()).isEqualTo(504);
    }
    assertThat(get("/api/orders/slow", TOKENS.user("alice")).statusCode()).isEqualTo(503);

    assertThat(get("/api/orders", TOKENS.user("bob")).statusCode()).isEqualTo(200);
    assertThat(upstreams.breakerState("order-service")).isEqualTo("CLOSED");
  }

  @Test
  void serverErrors_ofSeveralCallersOnSeveralRoutes_openIt() {
    ORDERS.answeringStatus(500);
    for (var i = 0; i < 2; i++) {
      assertThat(get("/api/orders", TOKENS.user("alice")).statusCode()).isEqualTo(500);
      assertThat(get("/api/orders/1/events", TOKENS.user("bob")).statusCode()).isEqualTo(500);
    }
    assertThat(get("/api/orders", TOKENS.user("alice")).statusCode()).isEqualTo(500);

    assertThat(get("/api/orders/1/events", TOKENS.user("bob")).body()).contains(NOBODY);
    assertThat(get("/api/orders", TOKENS.user("carol")).body()).contains(NOBODY);
  }

  private static java.net.http.HttpRequest.BodyPublisher body() {
    return java.net.http.HttpRequest.BodyPublishers.ofString("{}");
  }
}
