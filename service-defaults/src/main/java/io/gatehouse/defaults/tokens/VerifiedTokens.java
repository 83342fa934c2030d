package io.gatehouse.defaults.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/**
 * The access tokens that were found genuine, each for min(remaining life, 60 s), at most 10 000 of
 * them, until the key set changes; a refused token never is. Expiry is checked again on every hit.
 *
 * @param <T> what is known of a token
 */
final class VerifiedTokens<T> {
  private static final Duration REMEMBERED = Duration.ofSeconds(60);
  private static final int MAX_TOKENS = 10_000;

  private final SigningKeys keys;
  private final Clock clock;
  private final Function<String, T> verify;
  private final Function<T, Instant> expiry;
  private final Cache<String, T> verified;

  /**
   * Remembers nothing yet.
   *
   * @param verify what is known of a token; throws an {@link ApiException} for one that is refused
   */
  VerifiedTokens(
      SigningKeys keys, Clock clock, Function<String, T> verify, Function<T, Instant> expiry) {
    this.keys = keys;
    this.clock = clock;
    this.verify = verify;
    this.expiry = expiry;
    this.verified =
        Caffeine.newBuilder()
            .maximumSize(MAX_TOKENS)
            .expireAfter(Expiry.<String, T>creating((_, known) -> memory(known)))
            .recordStats()
            .build();
    keys.onChange(verified::invalidateAll);
  }

  /**
   * What is known of this token.
   *
   * @throws ApiException UNAUTHENTICATED or TOKEN_EXPIRED; SERVICE_UNAVAILABLE while no keys are
   *     loaded, because a 401 would make clients throw good tokens away
   */
  T get(String token) {
    if (!keys.loaded()) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
    }
    var known = verified.getIfPresent(token);
    if (known == null) {
      known = verify.apply(token);
      verified.put(token, known);
    } else if (!clock.instant().isBefore(expiry.apply(known))) {
      throw ApiException.of(ErrorCode.TOKEN_EXPIRED);
    }
    return known;
  }

  /** Hits and misses, for metrics. */
  Cache<String, T> cache() {
    return verified;
  }

  private Duration memory(T known) {
    var left = Duration.between(clock.instant(), expiry.apply(known));
    return left.compareTo(REMEMBERED) < 0 ? left : REMEMBERED;
  }
}
