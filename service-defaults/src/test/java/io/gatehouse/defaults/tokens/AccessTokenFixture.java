package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.testing.TestTokens;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import reactor.core.publisher.Mono;

/** A verifier whose issuer and clock are the test's. */
abstract class AccessTokenFixture {
  static final TestTokens ISSUER = new TestTokens();

  /** How far the verifier's clock is ahead of the issuer's. */
  Duration ahead = Duration.ZERO;

  AccessTokenVerifier verifier;

  @BeforeEach
  void issuerIsKnown() {
    var keys = new SigningKeys(Mono.just(ISSUER.jwks()), Clock.systemUTC());
    keys.refresh().block();
    verifier = new AccessTokenVerifier(keys, TestTokens.ISSUER, movingClock());
  }

  String genuine() {
    return ISSUER.user("0199");
  }

  static JWTClaimsSet claims() {
    var now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(TestTokens.ISSUER)
        .subject("0199")
        .audience("gatehouse")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(900)))
        .jwtID("1")
        .claim("client_id", "console")
        .claim("scope", TestTokens.ALL_SCOPES)
        .claim("roles", List.of("USER"))
        .build();
  }

  static JWSHeader.Builder header(JWSAlgorithm algorithm) {
    return new JWSHeader.Builder(algorithm)
        .type(new JOSEObjectType("at+jwt"))
        .keyID(ISSUER.key().getKeyID());
  }

  void assertRefused(String token) {
    assertThat(refusal(token).code()).isEqualTo("UNAUTHENTICATED");
  }

  ApiException refusal(String token) {
    return catchThrowableOfType(ApiException.class, () -> verifier.verify(token));
  }

  static String[] parts(String token) {
    return token.split("\\.", -1);
  }

  static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  Clock movingClock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return Instant.now().plus(ahead);
      }
    };
  }
}
