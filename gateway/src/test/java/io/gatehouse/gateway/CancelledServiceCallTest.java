package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.defaults.platform.ServiceClients;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.TestPropertySource;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Mono;

/** Calls that are cancelled at random moments: what arrives for them is released. */
@Tag("drill")
@TestPropertySource(properties = "spring.config.additional-location=classpath:guarded-routes.yml")
class CancelledServiceCallTest extends GatewayFixture {
  private static final int CALLS = 10_000;
  private static final int MEASURED = 200;
  private static final byte[] HEAD =
      "GET /guarded/1 HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Duration WAIT = Duration.ofSeconds(30);

  private final Random random = new Random(17);

  @Autowired private ServiceClients services;

  @Test
  void platformsOwnCalls_leakNothing() {
    var client = services.to("auth-server").build();
    var usual = usualNanos(() -> assertThat(ask(client).block(WAIT)).contains("entries"));
    for (var i = 0; i < CALLS; i++) {
      var call = ask(client).onErrorComplete().subscribe();
      LockSupport.parkNanos(random.nextLong(2 * usual));
      call.dispose();
    }

    assertThat(ask(client).block(WAIT)).contains("entries");
    assertThat(Leaks.found()).isEmpty();
  }

  private static Mono<String> ask(WebClient client) {
    return client.get().uri("/internal/revocations").retrieve().bodyToMono(String.class);
  }

  @Test
  void requestsOnTheFrameworksWay_leakNothing() throws IOException {
    var usual = usualNanos(() -> assertThat(get("/guarded/1").statusCode()).isEqualTo(200));
    for (var i = 0; i < CALLS; i++) {
      try (var socket = new Socket("127.0.0.1", port)) {
        socket.getOutputStream().write(HEAD);
        LockSupport.parkNanos(random.nextLong(2 * usual));
        // A reset instead of an end.
        socket.setSoLinger(true, 0);
      }
    }

    await().until(() -> USERS.running() == 0);
    assertThat(get("/guarded/1").statusCode()).isEqualTo(200);
    assertThat(Leaks.found()).isEmpty();
  }

  private static long usualNanos(Runnable call) {
    for (var i = 0; i < MEASURED; i++) {
      call.run();
    }
    var started = System.nanoTime();
    for (var i = 0; i < MEASURED; i++) {
      call.run();
    }
    return (System.nanoTime() - started) / MEASURED;
  }
}
