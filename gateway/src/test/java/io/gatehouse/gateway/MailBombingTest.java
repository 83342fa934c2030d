package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One caller who has mails sent to many addresses, another one each time. */
class MailBombingTest extends HttpsGateway {
  private static final String BOMBER = "198.51.100.1";
  private static final int MOST_REQUESTS = 5_000;

  /** Whatever sends a mail to an address of the caller's choice, without a token. */
  enum Way {
    RESET("/api/users/password-reset", "application/json", "{\"email\":\"%s\"}"),
    RESET_PAGE("/forgot", "application/x-www-form-urlencoded", "email=%s"),
    SIGN_UP(
        "/api/users",
        "application/json",
        "{\"email\":\"%s\",\"name\":\"N\",\"password\":\"a-long-enough-one\"}"),
    SIGN_UP_PAGE("/signup", "application/x-www-form-urlencoded", "email=%s");

    final String path;
    final String type;
    final String body;

    Way(String path, String type, String body) {
      this.path = path;
      this.type = type;
      this.body = body;
    }
  }

  @ParameterizedTest
  @EnumSource
  void mailsToManyAddresses_areFew_andThenA429(Way way) {
    var bomber = BOMBER + way.ordinal();

    var tries = untilRefused(bomber, way);

    // 1 per second, 4 at once.
    assertThat(tries.allowed()).isBetween(4L, (long) (5 + tries.seconds()));
    assertThat(tries.refused().body()).contains("\"code\":\"RATE_LIMITED\"");
    var headers = tries.refused().headers();
    assertThat(headers.firstValue("RateLimit-Policy")).hasValue("\"login\";q=4;w=4");
    assertThat(headers.firstValueAsLong("Retry-After").orElseThrow()).isBetween(1L, 4L);
    assertThat(asked(way, bomber)).as("what came through").isEqualTo(tries.allowed());
    assertThat(send(ask(way, "198.51.100.2" + way.ordinal(), 0)).statusCode())
        .as("another caller")
        .isEqualTo(200);
  }

  @Test
  void quota_isOne_whicheverWayTheMailsAreSent() {
    var bomber = BOMBER + "9";
    var all = Way.values();
    var started = System.nanoTime();

    var allowed = 0;
    for (var refused = 0; refused < all.length; ) {
      var answer = send(ask(all[(allowed + refused) % all.length], bomber, allowed));
      assertThat(answer.statusCode()).isIn(200, 429);
      allowed += answer.statusCode() == 200 ? 1 : 0;
      refused += answer.statusCode() == 429 ? 1 : 0;
      assertThat(allowed).isLessThan(MOST_REQUESTS);
    }

    assertThat((double) allowed).isBetween(4.0, 5 + (System.nanoTime() - started) / 1e9);
  }

  /**
   * One request after another up to the first that is refused.
   *
   * @param allowed how many were answered with 200 before it
   * @param seconds that all of them took, in which quota came back
   */
  private record Tries(long allowed, double seconds, HttpResponse<String> refused) {}

  private Tries untilRefused(String bomber, Way way) {
    var started = System.nanoTime();
    for (var i = 0; i < MOST_REQUESTS; i++) {
      var answer = send(ask(way, bomber, i));
      if (answer.statusCode() == 429) {
        return new Tries(i, (System.nanoTime() - started) / 1e9, answer);
      }
      assertThat(answer.statusCode()).isEqualTo(200);
    }
    throw new AssertionError(MOST_REQUESTS + " mails and none was refused");
  }

  /** What the caller claims of itself is another address each time, too. */
  private HttpRequest.Builder ask(Way way, String caller, int number) {
    return request(way.path)
        .header("X-Forwarded-Proto", "https")
        .header("X-Forwarded-For", "10.0.0." + number % 250 + ", " + caller)
        .header("Content-Type", way.type)
        .POST(BodyPublishers.ofString(way.body.formatted("someone" + number + "@example.com")));
  }

  private static long asked(Way way, String caller) {
    return java.util.stream.Stream.of(USERS, AUTH)
        .flatMap(service -> service.received().stream())
        .filter(request -> request.uri().equals(way.path))
        .filter(request -> request.headers().get("x-forwarded-for").startsWith(caller + ","))
        .count();
  }
}
