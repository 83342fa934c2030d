package io.gatehouse.defaults.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import io.gatehouse.defaults.web.ApiException;
import java.time.Clock;

/**
 * Verifies access tokens where each microsecond counts and Spring Security is not on the way: in
 * the gateway. Services have {@link AccessTokenDecoder}, which goes by the same rules.
 */
public class AccessTokenVerifier {
  private final VerifiedTokens<AccessToken> verified;

  public AccessTokenVerifier(SigningKeys keys, String issuer, Clock clock) {
    var rules = new AccessTokenRules(keys, issuer, clock);
    this.verified =
        new VerifiedTokens<>(
            keys, clock, token -> AccessToken.of(rules.check(token)), AccessToken::expiresAt);
  }

  /**
   * The token's content, when it is genuine and in force.
   *
   * @param token the compact serialization, without {@code Bearer}
   * @throws ApiException UNAUTHENTICATED or TOKEN_EXPIRED; SERVICE_UNAVAILABLE while no keys are
   *     loaded
   */
  public AccessToken verify(String token) {
    return verified.get(token);
  }

  /** Hits and misses, for metrics. */
  public Cache<String, AccessToken> cache() {
    return verified.cache();
  }
}
