package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameTypes;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The HTTPS connector stops: what is being answered ends first. */
@TestPropertySource(properties = "spring.lifecycle.timeout-per-shutdown-phase=30s")
class Http2StopTest extends GatewayFixture {

  @AfterEach
  void servesAgain() {
    https.start();
  }

  @Test
  void stop_saysGoodbye_andWaitsForTheStreamsThatAreOpen() {
    var sign = Sinks.<Void>empty();
    ORDERS.answering(
        (_, response) -> sign.asMono().then(Mono.from(response.sendString(Mono.just("whole")))));
    try (var idle = Http2Wire.connected(https.port());
        var wire = Http2Wire.connected(https.port())) {
      wire.request(1, true, "GET", "/api/orders", "authorization", "Bearer " + TOKENS.user("last"))
          .flush();
      await().until(() -> ORDERS.running() == 1);

      var stopping = CompletableFuture.runAsync(https::stop);

      assertThat(idle.goodbye()).isEqualTo(Http2Error.NO_ERROR);
      var goodbye = wire.next(Http2FrameTypes.GO_AWAY);
      assertThat(goodbye.goAwayCode()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(goodbye.payload().getInt(0)).as("the last stream that is served").isEqualTo(1);
      assertThat(stopping).isNotDone();
      sign.tryEmitEmpty();
      assertThat(wire.answer(1).body()).isEqualTo("whole");
      assertThat(wire.rest()).isEmpty();
      stopping.orTimeout(30, TimeUnit.SECONDS).join();
    }
  }
}
