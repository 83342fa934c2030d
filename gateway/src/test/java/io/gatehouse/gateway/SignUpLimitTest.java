package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A password hash costs the same whoever asks for it. */
class SignUpLimitTest extends GatewayFixture {

  @Test
  void signUp_withAnOrdinaryUsersToken_isUnderTheLoginLimit() {
    // Another subject each time: a token of one's own buys no quota.
    var answers =
        IntStream.range(0, 50)
            .mapToObj(_ -> signUp(TOKENS.user(UUID.randomUUID().toString())))
            .toList();

    assertThat(answers)
        .extracting(HttpResponse::statusCode)
        .as("1 per second, 4 at once")
        .contains(200, 429);
    assertThat(answers)
        .allSatisfy(
            answer ->
                assertThat(answer.headers().firstValue("RateLimit-Policy").orElseThrow())
                    .startsWith("\"login\""));
  }

  @ParameterizedTest
  @CsvSource({"ADMIN, user", "SERVICE, service"})
  void signUp_byWhoManagesUsers_isUnderTheirOwnLimit(String role, String policy) {
    var token =
        role.equals("ADMIN")
            ? TOKENS.admin(UUID.randomUUID().toString())
            : TOKENS.token(claims -> claims.claim("roles", java.util.List.of("SERVICE")));

    var answer = signUp(token);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("RateLimit-Policy").orElseThrow())
        .startsWith('"' + policy + '"');
  }

  private HttpResponse<String> signUp(String token) {
    return send(request("/api/users", token).POST(BodyPublishers.ofString("{}")));
  }
}
