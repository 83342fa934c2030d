package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class LimitTest extends GatewayFixture {
  @Autowired private MeterRegistry meters;

  @Test
  void login_isLimited_byAddress_whateverTheClientClaims() {
    // 1 per second, 4 at once, and nobody else here calls /login.
    var statuses =
        IntStream.range(0, 8)
            .mapToObj(
                i ->
                    send(
                        request("/login")
                            .header("X-Forwarded-For", "10.0.0." + i)
                            .header("X-Real-IP", "10.0.0." + i)
                            .POST(BodyPublishers.ofString("a=b"))))
            .toList();

    assertThat(statuses.stream().map(HttpResponse::statusCode).limit(4)).containsOnly(200);
    var refused = statuses.getLast();
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
    assertThat(refused.headers().firstValue("RateLimit-Policy")).hasValue("\"login\";q=4;w=4");
    assertThat(refused.headers().firstValue("RateLimit").orElseThrow())
        .startsWith("\"login\";r=0;t=");
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 4L);
  }

  @Test
  void user_hasItsBurst_andNotMuchMore() {
    var token = TOKENS.user(UUID.randomUUID().toString());
    var started = System.nanoTime();
    var allowed =
        IntStream.range(0, 250)
            .map(_ -> get("/api/orders", token).statusCode())
            .filter(status -> status == 200)
            .count();
    var seconds = (System.nanoTime() - started) / 1e9;

    assertThat(allowed).isBetween(100L, (long) Math.min(250, 101 + 50 * seconds));
    assertThat(get("/api/orders", TOKENS.user("another")).statusCode()).isEqualTo(200);
  }

  @Test
  void invalidToken_spendsTheQuotaOfItsAddress() {
    var answer = get("/api/orders", "not-a-token");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("RateLimit-Policy"))
        .hasValue("\"anonymous\";q=100000;w=100");
    assertThat(answer.headers().firstValue("RateLimit").orElseThrow())
        .matches("\"anonymous\";r=99\\d{3};t=\\d+");
  }

  @Test
  void hungRedis_isNotWaitedFor_andAMetricSaysSo_untilItAnswersAgain() {
    var token = TOKENS.user(UUID.randomUUID().toString());
    var up = meters.get("gateway.limits.redis.up").gauge();
    await().until(() -> get("/api/orders", token).statusCode() == 200 && up.value() == 1);
    var client = RedisClient.create("redis://localhost:" + REDIS.port());
    try (var connection = client.connect()) {
      connection.sync().clientPause(1000);
    }
    client.shutdown(Duration.ZERO, Duration.ofSeconds(1));

    assertThat(get("/api/orders", TOKENS.user("hung")).statusCode()).isEqualTo(200);
    assertThat(up.value()).isZero();
    await().until(() -> get("/api/users/1", token).statusCode() == 200 && up.value() == 1);
  }
}
