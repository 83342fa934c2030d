package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class LimitTest extends GatewayFixture {
  @Autowired private MeterRegistry meters;

  @Test
  void login_isLimited_byAddress_whateverTheClientClaims() {
    // 1 per second, 4 at once, and nobody else here calls /login.
    var tries =
        untilRefused(
            i ->
                request("/login")
                    .header("X-Forwarded-For", "10.0.0." + i)
                    .header("X-Real-IP", "10.0.0." + i)
                    .POST(BodyPublishers.ofString("a=b")));

    assertThat(tries.allowed()).isBetween(4L, (long) (5 + tries.seconds()));
    var refused = tries.refused();
    assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
    assertThat(refused.headers().firstValue("RateLimit-Policy")).hasValue("\"login\";q=4;w=4");
    assertThat(refused.headers().firstValue("RateLimit").orElseThrow())
        .startsWith("\"login\";r=0;t=");
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 4L);
  }

  @Test
  void user_hasItsBurst_andNotMuchMore() {
    var token = TOKENS.user(UUID.randomUUID().toString());
    var tries = untilRefused(_ -> request("/api/orders", token));

    assertThat(tries.allowed()).isBetween(100L, (long) (101 + 50 * tries.seconds()));
    assertThat(get("/api/orders", TOKENS.user("another")).statusCode()).isEqualTo(200);
  }

  /**
   * One request after another up to the first that is refused.
   *
   * @param allowed how many were answered with 200 before it
   * @param seconds that all of them took, in which quota came back
   */
  private record Tries(long allowed, double seconds, HttpResponse<String> refused) {}

  private static Tries untilRefused(IntFunction<HttpRequest.Builder> request) {
    var started = System.nanoTime();
    for (var i = 0; i < 5_000; i++) {
      var answer = send(request.apply(i));
      if (answer.statusCode() == 429) {
        return new Tries(i, (System.nanoTime() - started) / 1e9, answer);
      }
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    throw new AssertionError("5 000 requests and none was refused");
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
  void hungRedis_isNotWaitedFor_andAMetricSaysSo_untilItAnswersAgain() throws Exception {
    var token = TOKENS.user(UUID.randomUUID().toString());
    var up = meters.get("gateway.limits.redis.up").gauge();
    await().until(() -> get("/api/orders", token).statusCode() == 200 && up.value() == 1);
    var redis = processOfRedis();
    signal("STOP", redis);
    try {
      var another = TOKENS.user(UUID.randomUUID().toString());
      assertThat(get("/api/orders", another).statusCode()).isEqualTo(200);
      assertThat(up.value()).isZero();
    } finally {
      signal("CONT", redis);
    }
    await().until(() -> get("/api/users/1", token).statusCode() == 200 && up.value() == 1);
  }

  private static String processOfRedis() {
    var client = RedisClient.create("redis://localhost:" + REDIS.port());
    try (var connection = client.connect()) {
      return connection
          .sync()
          .info("server")
          .lines()
          .filter(line -> line.startsWith("process_id:"))
          .map(line -> line.substring("process_id:".length()).strip())
          .findFirst()
          .orElseThrow();
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }
  }

  private static void signal(String name, String process) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, process).start().waitFor()).isZero();
  }
}
