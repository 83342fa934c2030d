package io.gatehouse.auth.users;

import io.gatehouse.defaults.platform.GatehouseProperties;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.stereotype.Component;

/** The access token that the authorization server signs for its own calls, renewed in time. */
@Component
class ServiceToken {
  private static final String SELF = "auth-server";
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration RENEWED_BEFORE_EXPIRY = Duration.ofMinutes(1);

  private final JwtEncoder encoder;
  private final String issuer;
  private final Clock clock;
  private volatile Issued current = new Issued("", Instant.MIN);

  ServiceToken(JwtEncoder encoder, GatehouseProperties properties, Clock clock) {
    this.encoder = encoder;
    this.issuer = properties.issuer();
    this.clock = clock;
  }

  private record Issued(String token, Instant renewAt) {}

  String value() {
    var known = current;
    if (clock.instant().isBefore(known.renewAt())) {
      return known.token();
    }
    var fresh = issue();
    current = fresh;
    return fresh.token();
  }

  private Issued issue() {
    var now = clock.instant();
    var header = JwsHeader.with(SignatureAlgorithm.RS256).type("at+jwt").build();
    var claims =
        JwtClaimsSet.builder()
            .issuer(issuer)
            .subject(SELF)
            .audience(List.of("gatehouse"))
            .issuedAt(now)
            .notBefore(now)
            .expiresAt(now.plus(TTL))
            .id(UUID.randomUUID().toString())
            .claim("client_id", SELF)
            .claim("scope", "internal users.read users.write")
            .claim("roles", List.of("SERVICE"))
            .build();
    var token = encoder.encode(JwtEncoderParameters.from(header, claims)).getTokenValue();
    return new Issued(token, now.plus(TTL).minus(RENEWED_BEFORE_EXPIRY));
  }
}
