package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.StubService;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/**
 * What a route of the framework's way refuses, and what becomes of a service that fails behind it.
 */
class FrameworkRefusalTest extends FrameworkRoutesFixture {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "POST /f/requestsize/1          |                            | 413 | PAYLOAD_TOO_LARGE",
        "GET /f/requestheadersize/1     | X-Long: 0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789 | 431 | HEADERS_TOO_LARGE",
        "GET /u/unreachable/1           |                            | 503 | SERVICE_UNAVAILABLE",
        "GET /api/framework/1           |                            | 401 | UNAUTHENTICATED",
        "GET /api/framework/1           | Authorization: Bearer abc  | 401 | UNAUTHENTICATED"
      })
  void refusal_hasTheErrorBody(String line, @Nullable String header, int status, String code) {
    var answer = call(line, header);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
    assertThat(USERS.received()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"/u/slow/1", "/u/responsetimeout/1"})
  void service_thatIsTooSlow_is504(String path) {
    USERS.answering((_, response) -> response.sendString(Mono.never()));

    var answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(504);
    assertThat(answer.body()).contains("\"code\":\"UPSTREAM_TIMEOUT\"");
  }

  @Test
  void service_thatHangsUp_is502() {
    USERS.answering(StubService::hangUp);

    var answer = call("POST /f/addresponseheader/1", null);

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("\"code\":\"BAD_GATEWAY\"");
  }

  @Test
  void caller_isLimited_byTheRoutesWord() {
    var statuses = new TreeSet<Integer>();
    for (var i = 0; i < 6; i++) {
      statuses.add(
          send(request("/u/logins/1").header("X-Forwarded-For", "203.0.113.77")).statusCode());
    }

    assertThat(statuses).containsExactly(200, 429);
  }

  @Test
  void caller_isLimited_byTheRoutesOwnFilter() {
    var token = TOKENS.user("limited");
    assertThat(get("/f/requestratelimiter/1", token).statusCode()).isEqualTo(200);
    assertThat(get("/f/requestratelimiter/1", token).statusCode()).isEqualTo(200);

    var refused = get("/f/requestratelimiter/1", token);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(refused.headers().allValues("RateLimit-Policy"))
        .contains("\"route-RequestRateLimiter\";q=2;w=2");
    assertThat(refused.body()).contains("\"code\":\"RATE_LIMITED\"");
    assertThat(get("/f/requestratelimiter/1", TOKENS.user("other")).statusCode()).isEqualTo(200);
  }

  @Test
  void fallback_answers_forAServiceThatFails() {
    USERS.answeringStatus(500);

    assertThat(get("/f/circuitbreaker/1").body()).isEqualTo("{\"status\":\"UP\"}");
  }
}
