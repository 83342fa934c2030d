package io.gatehouse.defaults.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.MappedJwtClaimSetConverter;

/**
 * What makes an access token genuine and in force: signed by a published key with that key's
 * algorithm, {@code typ: at+jwt}, issuer, audience, times, and the claims that {@link AccessToken}
 * tells of. Looks at each token anew; {@link VerifiedTokens} remembers.
 */
final class AccessTokenRules {
  static final String AUDIENCE = "gatehouse";
  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");
  private static final Duration CLOCK_SKEW = Duration.ofSeconds(5);
  private static final int MAX_TOKEN_CHARS = 8192;

  private final SigningKeys keys;
  private final String issuer;
  private final Clock clock;
  private final MappedJwtClaimSetConverter claims =
      MappedJwtClaimSetConverter.withDefaults(Map.of());

  AccessTokenRules(SigningKeys keys, String issuer, Clock clock) {
    this.keys = keys;
    this.issuer = issuer;
    this.clock = clock;
  }

  /**
   * The token's content, when it is genuine and in force.
   *
   * @param token the compact serialization, without {@code Bearer}
   * @throws ApiException UNAUTHENTICATED or TOKEN_EXPIRED
   */
  Jwt check(String token) {
    try {
      if (token.length() > MAX_TOKEN_CHARS) {
        throw invalid();
      }
      var jwt = CompactJwt.parse(token);
      var header = jwt.getHeader();
      // Only what our issuer signs: no other algorithm, no critical extension, no embedded key.
      if (!IssuerKey.ALGORITHMS.contains(header.getAlgorithm())
          || !ACCESS_TOKEN.equals(header.getType())
          || header.getCriticalParams() != null) {
        throw invalid();
      }
      var key = keys.find(header.getKeyID());
      if (key == null || !key.verifies(jwt)) {
        throw invalid();
      }
      check(jwt.getJWTClaimsSet());
      return content(token, jwt);
    } catch (ParseException | JOSEException | IllegalArgumentException malformed) {
      throw invalid();
    }
  }

  private void check(JWTClaimsSet claims) throws ParseException {
    var now = clock.instant();
    var expires = instant(claims.getExpirationTime());
    var notBefore = claims.getNotBeforeTime();
    instant(claims.getIssueTime());
    if (!issuer.equals(claims.getIssuer())
        || !claims.getAudience().contains(AUDIENCE)
        || (notBefore != null && notBefore.toInstant().isAfter(now.plus(CLOCK_SKEW)))) {
      throw invalid();
    }
    if (!now.isBefore(expires)) {
      throw ApiException.of(ErrorCode.TOKEN_EXPIRED);
    }
    text(claims.getSubject());
    text(claims.getStringClaim("client_id"));
    text(claims.getJWTID());
    claims.getStringClaim("sid");
    claims.getStringClaim("scope");
    claims.getStringListClaim("roles");
  }

  private Jwt content(String token, SignedJWT jwt) throws ParseException {
    var content = claims.convert(jwt.getJWTClaimsSet().getClaims());
    return Jwt.withTokenValue(token)
        .headers(headers -> headers.putAll(jwt.getHeader().toJSONObject()))
        .claims(all -> all.putAll(content))
        .build();
  }

  private static Instant instant(@Nullable Date time) {
    if (time == null) {
      throw invalid();
    }
    return time.toInstant();
  }

  private static void text(@Nullable String value) {
    if (value == null || value.isBlank()) {
      throw invalid();
    }
  }

  private static ApiException invalid() {
    return ApiException.of(ErrorCode.UNAUTHENTICATED, "The access token is not valid")
        .withHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
  }
}
