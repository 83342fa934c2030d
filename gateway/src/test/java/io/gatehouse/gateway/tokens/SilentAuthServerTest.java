package io.gatehouse.gateway.tokens;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.gateway.GatewayFixture;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** An auth-server that takes connections and says nothing on them, or nothing more. */
class SilentAuthServerTest extends GatewayFixture {
  private static final Duration WAIT = Duration.ofSeconds(60);

  @Autowired private MeterRegistry meters;

  @AfterEach
  void speaksAgain() {
    TO_AUTH.find();
    REVOKED.set("");
  }

  @Test
  void polls_areGivenUpOneByOne_andTheNextIsAnsweredOnceItSpeaks() {
    var token = TOKENS.token(claims -> claims.jwtID("stolen-in-silence"));
    TO_AUTH.lose();
    var before = failures();

    await().atMost(WAIT).until(() -> failures() >= before + 2);
    REVOKED.set(
        "{\"kind\":\"jti\",\"value\":\"stolen-in-silence\",\"at\":\"%s\",\"until\":\"%s\"}"
            .formatted(Instant.now(), Instant.now().plusSeconds(900)));

    assertThat(get("/api/orders", token).statusCode()).as("by what is known").isEqualTo(200);
    await()
        .untilAsserted(
            () -> assertThat(TO_AUTH.open()).as("one poll's connection").isLessThanOrEqualTo(1));
    TO_AUTH.find();
    await()
        .atMost(WAIT)
        .untilAsserted(
            () -> assertThat(get("/api/orders", token).body()).contains("TOKEN_REVOKED"));
  }

  @Test
  void answersThatStopHalfWay_areGivenUpOneByOne() {
    AUTH.answering(
        (_, response) ->
            response
                .header("content-type", "application/json")
                .sendObject(
                    Flux.just(Unpooled.copiedBuffer("{", UTF_8)).concatWith(Mono.never()),
                    _ -> true));
    var before = failures();

    await().atMost(WAIT).until(() -> failures() >= before + 2);
  }

  private double failures() {
    return meters.get("gateway.revocations.failures").counter().count();
  }
}
