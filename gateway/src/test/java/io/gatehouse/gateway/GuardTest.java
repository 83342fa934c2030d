package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

@ParameterizedClass
@EnumSource(Wire.class)
@TestPropertySource(properties = "gatehouse.guards.deadline=1s")
class GuardTest extends GatewayFixture {
  @Test
  void slowService_is504_atTheDeadline() {
    ORDERS.answering((_, _) -> Mono.never());

    var started = System.nanoTime();
    var answer = get("/api/orders", TOKENS.user("u"));

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("\"code\":\"UPSTREAM_TIMEOUT\"");
    // Not before; and a client that waits for ten seconds still got it.
    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isGreaterThanOrEqualTo(Duration.ofMillis(900));
    await().until(() -> upstreams.inFlight("order-service") == 0);
  }

  @Test
  void stream_goesOn_beyondTheDeadline() {
    ORDERS.answering(
        (_, response) ->
            response
                .sse()
                .sendString(
                    Flux.interval(Duration.ofMillis(300)).map(n -> "data: " + n + "\n\n").take(6)));

    var answer = get("/api/orders/stream", TOKENS.user("u"));

    assertThat(answer.body()).endsWith("data: 5\n\n");
  }

  @Test
  void deadInstance_costsNoRequest_whateverTheMethod() {
    registry.put("order-service", ORDERS.port(), 1);
    upstreams.forget();
    var token = TOKENS.service("dead");
    var before = upstreams.retries("order-service");

    for (var i = 0; i < 40; i++) {
      var request = request("/api/orders", token);
      assertThat(send(i % 2 == 0 ? request.GET() : post(request)).statusCode()).isEqualTo(200);
    }
    assertThat(upstreams.retries("order-service")).isGreaterThan(before);
  }

  @Test
  void requestInsideADyingInstance_isRepeatedElsewhere_onlyWhenItIsIdempotent() {
    var token = TOKENS.service("dying");

    assertRepeatedOnlyWhenIdempotent("order-service", ORDERS, () -> request("/api/orders", token));
  }

  @Test
  void unavailableInstance_isLeftForAnother() {
    try (var leaving = new StubService()) {
      leaving.answeringStatus(503);
      registry.put("order-service", ORDERS.port(), leaving.port());
      upstreams.forget();

      for (var i = 0; i < 20; i++) {
        assertThat(get("/api/orders", TOKENS.service("s")).statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void instanceThatLeftTheRegistry_getsNothingMore() {
    try (var leaving = new StubService()) {
      registry.put("order-service", ORDERS.port(), leaving.port());
      await()
          .until(
              () ->
                  send(request("/api/orders", TOKENS.service("s"))).statusCode() == 200
                      && !leaving.received().isEmpty());

      registry.put("order-service", ORDERS.port());
      upstreams.forget();
      leaving.received().clear();
      for (var i = 0; i < 20; i++) {
        get("/api/orders", TOKENS.service("s"));
      }
      assertThat(leaving.received()).isEmpty();
    }
  }

  @Test
  void instanceRegisteredTwice_isOne_andLaterChangesAreSeen() {
    registry.put("order-service", ORDERS.port(), ORDERS.port());
    upstreams.forget();
    assertThat(get("/api/orders", TOKENS.service("s")).statusCode()).isEqualTo(200);

    try (var successor = new StubService()) {
      registry.put("order-service", successor.port());

      await()
          .untilAsserted(
              () -> {
                get("/api/orders", TOKENS.service("s"));
                assertThat(successor.received()).isNotEmpty();
              });
    }
  }

  @Test
  void serviceWithoutInstance_is503_andHealthNamesIt() {
    registry.put("order-service");
    upstreams.forget();

    HttpResponse<String> answer = get("/api/orders", TOKENS.user("u"));
    var health = get("/health");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(health.statusCode()).isEqualTo(503);
    assertThat(health.body()).isEqualTo("{\"status\":\"DOWN\",\"waitingFor\":[\"order-service\"]}");
  }

  @Test
  void answerThatBreaksOff_breaksOff_andIsNotTakenForWhole() {
    ORDERS.answering(
        (request, response) ->
            response.sendString(
                Flux.concat(
                    Mono.just("half"),
                    Mono.delay(Duration.ofMillis(100))
                        .doOnNext(_ -> StubService.hangUp(request, response))
                        .then(Mono.never()))));

    assertThatThrownBy(() -> get("/api/orders", TOKENS.user("u")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(
            wire == Wire.HTTP_2 ? "RST_STREAM: Internal error" : "chunked transfer encoding");
  }

  @Test
  void clientThatLeaves_freesItsPlace_andIsNotTheServicesFault() {
    ORDERS.answering((_, _) -> Mono.never());
    var request = request("/api/orders", TOKENS.user("u")).build();
    var seen = new AtomicInteger();
    for (var i = 0; i < 6; i++) {
      var leaving = client(request).sendAsync(request, HttpResponse.BodyHandlers.discarding());
      await().until(() -> ORDERS.received().size() > seen.get());
      seen.set(ORDERS.received().size());
      leaving.cancel(true);
    }

    await().until(() -> upstreams.inFlight("order-service") == 0);
    assertThat(upstreams.breakerState("order-service")).isEqualTo("CLOSED");
  }

  @Test
  void bodyOfAByteNowAndThen_isEndedByTheBodysTime() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var head = "POST /oauth2/introspect HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));

      while (socket.getInputStream().available() == 0) {
        socket.getOutputStream().write('a');
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }

      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertThat(answer).startsWith("HTTP/1.1 408 ");
    }
  }

  private static java.net.http.HttpRequest.Builder post(java.net.http.HttpRequest.Builder request) {
    return request.POST(BodyPublishers.ofString("{}"));
  }
}
