package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A password hash costs the same whoever asks for it. */
class SignUpLimitTest extends GatewayFixture {

  @Test
  void signUp_withAnOrdinaryUsersToken_isUnderTheLoginLimit() {
    HttpResponse<String> answer;
    do {
      // Another subject each time: a token of one's own buys no quota.
      answer = signUp(TOKENS.user(UUID.randomUUID().toString()));
      assertThat(answer.headers().firstValue("RateLimit-Policy").orElseThrow())
          .startsWith("\"login\"");
    } while (answer.statusCode() != 429);

    assertThat(send(request("/api/users").POST(BodyPublishers.ofString("{}"))).headers().map())
        .containsKey("ratelimit-policy");
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
