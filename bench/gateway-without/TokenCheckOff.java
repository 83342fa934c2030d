package io.gatehouse.gateway.tokens;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Set;
import org.springframework.context.annotation.Primary;
import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

/** Believes that everybody is the bench's client. */
@Component
@Primary
@Profile("token-off")
class TokenCheckOff extends TokenCheck {
  private static final AccessToken ANYBODY =
      new AccessToken(
          "bench", "bench", "bench", null, Set.of(), Set.of("SERVICE"), Instant.MIN, Instant.MAX);

  TokenCheckOff(AccessTokenVerifier verifier, Revocations revocations) {
    super(verifier, revocations);
  }

  @Override
  public AccessToken check(HttpHeaders headers) {
    return ANYBODY;
  }
}
