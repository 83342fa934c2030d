package io.gatehouse.defaults.tokens;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Verifies access tokens: RS256 by a published key, {@code typ: at+jwt}, issuer, audience, times.
 *
 * <p>Verified tokens are remembered for min(remaining life, 60 s), at most 10 000 of them, until
 * the key set changes; a refused token never is. Expiry is checked again on every hit.
 */
public class AccessTokenVerifier {
  static final String AUDIENCE = "gatehouse";
  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
  private static final Duration REMEMBERED = Duration.ofSeconds(60);
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final int MAX_TOKEN_CHARS = 8192;

  private final SigningKeys keys;
  private final String issuer;
  private final Clock clock;
  private final Cache<String, AccessToken> verified;

  public AccessTokenVerifier(SigningKeys keys, String issuer, Clock clock) {
    this.keys = keys;
    this.issuer = issuer;
    this.clock = clock;
    this.verified =
        Caffeine.newBuilder()
            .maximumSize(10_000)
            .expireAfter(Expiry.<String, AccessToken>creating((_, token) -> memory(token)))
            .recordStats()
            .build();
    keys.onChange(verified::invalidateAll);
  }

  /**
   * The token's content, when it is genuine and in force.
   *
   * @param token the compact serialization, without {@code Bearer}
   * @throws ApiException UNAUTHENTICATED or TOKEN_EXPIRED; SERVICE_UNAVAILABLE while no keys are
   *     loaded, because a 401 would make clients throw good tokens away
   */
  public AccessToken verify(String token) {
    if (!keys.loaded()) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
    }
    var known = verified.getIfPresent(token);
    if (known == null) {
      known = verifySignatureAndClaims(token);
      verified.put(token, known);
    } else if (!clock.instant().isBefore(known.expiresAt())) {
      throw ApiException.of(ErrorCode.TOKEN_EXPIRED);
    }
    return known;
  }

  /** Hits and misses, for metrics. */
  public Cache<String, AccessToken> cache() {
    return verified;
  }

  private Duration memory(AccessToken token) {
    var left = Duration.between(clock.instant(), token.expiresAt());
    return left.compareTo(REMEMBERED) < 0 ? left : REMEMBERED;
  }

  private AccessToken verifySignatureAndClaims(String token) {
    try {
      if (token.length() > MAX_TOKEN_CHARS) {
        throw invalid();
      }
      var jwt = CompactJwt.parse(token);
      var header = jwt.getHeader();
      // Only what our issuer signs: no other algorithm, no critical extension, no embedded key.
      if (!JWSAlgorithm.RS256.equals(header.getAlgorithm())
          || !ACCESS_TOKEN.equals(header.getType())
          || header.getCriticalParams() != null) {
        throw invalid();
      }
      var key = keys.find(header.getKeyID());
      if (key == null || !jwt.verify(key)) {
        throw invalid();
      }
      return check(jwt.getJWTClaimsSet());
    } catch (ParseException | JOSEException | IllegalArgumentException malformed) {
      throw invalid();
    }
  }

  private AccessToken check(JWTClaimsSet claims) throws ParseException {
    var now = clock.instant();
    var expires = instant(claims.getExpirationTime());
    var issued = instant(claims.getIssueTime());
    var notBefore = claims.getNotBeforeTime();
    if (!issuer.equals(claims.getIssuer())
        || !claims.getAudience().contains(AUDIENCE)
        || (notBefore != null && notBefore.toInstant().isAfter(now.plus(CLOCK_SKEW)))) {
      throw invalid();
    }
    if (!now.isBefore(expires)) {
      throw ApiException.of(ErrorCode.TOKEN_EXPIRED);
    }
    return new AccessToken(
        text(claims.getSubject()),
        text(claims.getStringClaim("client_id")),
        text(claims.getJWTID()),
        claims.getStringClaim("sid"),
        words(claims.getStringClaim("scope")),
        Set.copyOf(list(claims.getStringListClaim("roles"))),
        issued,
        expires);
  }

  private static Instant instant(@Nullable Date time) {
    if (time == null) {
      throw invalid();
    }
    return time.toInstant();
  }

  private static String text(@Nullable String value) {
    if (value == null || value.isBlank()) {
      throw invalid();
    }
    return value;
  }

  private static List<String> list(@Nullable List<String> values) {
    return values == null ? List.of() : values;
  }

  private static Set<String> words(@Nullable String value) {
    return value == null || value.isBlank() ? Set.of() : Set.of(value.trim().split(" +"));
  }

  private static ApiException invalid() {
    return ApiException.of(ErrorCode.UNAUTHENTICATED, "The access token is not valid")
        .withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  }
}
