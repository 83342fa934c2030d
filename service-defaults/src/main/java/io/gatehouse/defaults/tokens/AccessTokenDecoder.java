package io.gatehouse.defaults.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.time.Clock;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import reactor.core.publisher.Mono;

/**
 * Verifies access tokens for Spring Security. Never waits: keys are fetched in the background, and
 * a signature is checked where it is asked for, once a minute for each token.
 */
public final class AccessTokenDecoder implements ReactiveJwtDecoder {
  private final VerifiedTokens<VerifiedJwt> verified;

  public AccessTokenDecoder(SigningKeys keys, String issuer, Clock clock) {
    var rules = new AccessTokenRules(keys, issuer, clock);
    this.verified =
        new VerifiedTokens<>(
            keys,
            clock,
            token -> new VerifiedJwt(rules.check(token)),
            token -> token.accessToken().expiresAt());
  }

  /**
   * The token's content, when it is genuine and in force. The error's cause is the {@link
   * ApiException} to answer with: a {@link BadJwtException} of UNAUTHENTICATED or TOKEN_EXPIRED, a
   * {@link JwtException} of SERVICE_UNAVAILABLE while no keys are loaded.
   */
  @Override
  public Mono<Jwt> decode(String token) {
    try {
      return Mono.just(verified.get(token));
    } catch (ApiException refused) {
      return Mono.error(
          refused.status() == ErrorCode.UNAUTHENTICATED.status()
              ? new BadJwtException(refused.getMessage(), refused)
              : new JwtException(refused.getMessage(), refused));
    }
  }

  /**
   * The same for whom no framework asks.
   *
   * @throws ApiException UNAUTHENTICATED, TOKEN_EXPIRED or SERVICE_UNAVAILABLE
   */
  AccessToken verify(String token) {
    return verified.get(token).accessToken();
  }

  /** Hits and misses, for metrics. */
  Cache<String, VerifiedJwt> cache() {
    return verified.cache();
  }
}
