package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What one caller may not do to others on the framework's way. */
@Import(FrameworkGuardTest.Throwing.class)
@TestPropertySource(
    properties = {
      "spring.config.additional-location=classpath:guarded-routes.yml",
      "gatehouse.trusted-proxies=127.0.0.0/8",
      "gatehouse.streams.per-user=2",
      "gatehouse.edge.body-timeout=500ms"
    })
class FrameworkGuardTest extends GatewayFixture {
  private final List<Socket> sockets = new ArrayList<>();

  @TestConfiguration(proxyBeanMethods = false)
  static class Throwing {
    @Bean
    @Order(-1)
    RouteLocator throwingRoutes(RouteLocatorBuilder routes) {
      return routes
          .routes()
          .route(
              "throwing",
              route ->
                  route
                      .order(-1)
                      .predicate(
                          exchange -> {
                            if (exchange.getRequest().getHeaders().containsHeader("X-Odd")) {
                              throw new IllegalArgumentException("cannot be read");
                            }
                            return false;
                          })
                      .uri("lb://order-service"))
          .build();
    }
  }

  @AfterEach
  void closed() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/guarded/1", "/uploads/1"})
  void callersWhoBreakOffTheirUploads_areNotBlamedOnTheService(String path) throws IOException {
    USERS.answering(
        (request, response) -> response.sendString(request.receive().aggregate().asString()));

    // A reset is told as a broken connection only where it comes before the rest is given up.
    for (var i = 0; i < 60; i++) {
      var socket = upload(path, "203.0.113." + i, 1000);
      soon().until(() -> !USERS.received().isEmpty());
      // A reset instead of an end.
      socket.setSoLinger(true, 0);
      socket.close();
      soon().until(() -> USERS.running() == 0);
      USERS.received().clear();
    }

    assertThat(breaker()).contains("name=\"user-service\",state=\"closed\"} 1");
    assertThat(get("/guarded/2").statusCode()).isEqualTo(200);
  }

  /** For what is waited for a hundred times. */
  private static ConditionFactory soon() {
    return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
  }

  @Test
  void requestInsideADyingInstance_isRepeatedElsewhere_onlyWhenItIsIdempotent() {
    assertRepeatedOnlyWhenIdempotent("user-service", USERS, () -> request("/guarded/1"));
  }

  @ParameterizedTest
  @ValueSource(ints = {502, 503, 504})
  void unavailableInstance_isLeftForAnother(int status) {
    try (var leaving = new StubService()) {
      leaving.answering(
          (_, response) ->
              response
                  .status(status)
                  .header("X-Of", "leaving")
                  .header("Vary", "Accept")
                  .header("X-Content-Type-Options", "none")
                  .sendString(Mono.just("leaving")));
      registry.put("user-service", USERS.port(), leaving.port());
      upstreams.forget();

      for (var i = 0; i < 20; i++) {
        var answer = get("/guarded/1");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Of")).isEmpty();
        assertThat(answer.headers().allValues("Vary")).containsExactly("Origin, Accept-Encoding");
        assertThat(answer.headers().allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(answer.headers().allValues("X-Added")).containsExactly("blue");
      }
      assertThat(leaving.received()).isNotEmpty();
    }
  }

  /** Whether its head is on its way already is a matter of chance. */
  @Test
  void answerThatBreaksOff_isTheServicesFault() throws IOException {
    USERS.answering(
        (request, response) ->
            response
                .header("content-length", "100")
                .sendString(
                    Flux.concat(
                        Mono.just("part"),
                        Mono.defer(() -> Mono.from(StubService.hangUp(request, response)))
                            .cast(String.class))));

    for (var i = 0; i < 30; i++) {
      upstreams.forget();
      var socket = new Socket(InetAddress.getLoopbackAddress(), port);
      sockets.add(socket);
      socket
          .getOutputStream()
          .write("GET /guarded/1 HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(head(socket)).containsPattern("^HTTP/1.1 (200|502) ");
    }
  }

  /** However short it is: whoever wrote the route says what is late. */
  @ParameterizedTest
  @ValueSource(strings = {"/hurried/1", "/guarded-hurried/1"})
  void timeOuts_byTheRoutesOwnDeadline_openTheBreaker(String path) {
    USERS.answering((_, _) -> Mono.never());

    for (var i = 0; i < 5; i++) {
      assertThat(get(path).statusCode()).isEqualTo(504);
    }

    assertThat(get(path).statusCode()).isEqualTo(503);
    assertThat(upstreams.breakerState("user-service")).isNotEqualTo("CLOSED");
  }

  @Test
  void predicateThatThrows_doesNotMatch() {
    var answer = send(request("/guarded/1").header("X-Odd", "1"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(ORDERS.received()).isEmpty();
  }

  @Test
  void uploadThatHardlyMoves_isEnded() throws IOException {
    USERS.answering(
        (request, response) -> response.sendString(request.receive().aggregate().asString()));
    var socket = upload("/uploads/1", "203.0.113.50", 100_000);
    try (var dripping = Executors.newSingleThreadScheduledExecutor()) {
      dripping.scheduleAtFixedRate(() -> drip(socket), 0, 100, TimeUnit.MILLISECONDS);

      assertThat(head(socket)).startsWith("HTTP/1.1 408 ");
      dripping.shutdownNow();
    }
  }

  private static void drip(Socket socket) {
    try {
      socket.getOutputStream().write('x');
    } catch (IOException ended) {
      throw new UncheckedIOException(ended);
    }
  }

  @Test
  void uploads_areAsManyForEachCaller_asStreams() throws IOException {
    USERS.answering(
        (request, response) -> response.sendString(request.receive().aggregate().asString()));
    upload("/uploads/1", "203.0.113.60", 100_000);
    upload("/uploads/2", "203.0.113.60", 100_000);
    await().until(() -> USERS.running() == 2);

    assertThat(head(upload("/uploads/3", "203.0.113.60", 100_000))).startsWith("HTTP/1.1 429 ");
    assertThat(send(request("/uploads/4").header("X-Forwarded-For", "203.0.113.61")).statusCode())
        .isEqualTo(200);
  }

  /** Announces a body and sends its first byte. */
  private Socket upload(String path, String from, int length) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    sockets.add(socket);
    socket.setSoTimeout(10_000);
    socket
        .getOutputStream()
        .write(
            ("PUT %s HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: %s\r\nContent-Length: %d\r\n\r\nx"
                    .formatted(path, from, length))
                .getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String head(Socket socket) throws IOException {
    var bytes = new byte[64];
    var read = socket.getInputStream().read(bytes);
    return new String(bytes, 0, Math.max(0, read), StandardCharsets.US_ASCII);
  }

  private String breaker() {
    return send(java.net.http.HttpRequest.newBuilder(
            java.net.URI.create("http://127.0.0.1:" + managementPort + "/actuator/prometheus")))
        .body();
  }
}
