package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** RFC 7009: what a revocation ends, and what it leaves. */
class TokenRevocationTest extends AuthServerTest {

  @Test
  void revocation_ofARefreshToken_endsTheFamily() {
    var tokens = tokens(USERS.account("USER"));

    var answer =
        program().post("/oauth2/revoke", Map.of("token", tokens.refresh(), "client_id", "console"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void revocation_ofAnAccessToken_endsThatTokenAlone() {
    var tokens = tokens(USERS.account("USER"));

    var answer =
        program().post("/oauth2/revoke", Map.of("token", tokens.access(), "client_id", "console"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(isActive(tokens.access())).isFalse();
    assertThat(isRevoked("jti", String.valueOf(claims(tokens.access()).get("jti")))).isTrue();
    assertThat(isActive(Tokens.of(refresh(tokens.refresh())).access())).isTrue();
  }

  @Test
  void revocation_ofAServicesOwnToken_endsIt() {
    var token = Tokens.of(demo().post("/oauth2/token", CLIENT_CREDENTIALS)).access();

    assertThat(demo().post("/oauth2/revoke", Map.of("token", token)).statusCode()).isEqualTo(200);

    assertThat(isActive(token)).isFalse();
  }

  @Test
  void revocation_byAnotherClient_isRefusedAndHarmless() {
    var tokens = tokens(USERS.account("USER"));

    for (var token : List.of(tokens.refresh(), tokens.access())) {
      assertRefused(
          program().post("/oauth2/revoke", Map.of("token", token, "client_id", "cli")),
          400,
          "invalid_grant");
    }

    assertThat(isActive(tokens.access())).isTrue();
  }

  @Test
  void revocation_ofNonsense_isAnsweredAsDone() {
    var answer =
        program().post("/oauth2/revoke", Map.of("token", "nonsense", "client_id", "console"));

    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
