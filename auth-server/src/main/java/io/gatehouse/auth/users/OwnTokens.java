package io.gatehouse.auth.users;

import io.gatehouse.defaults.platform.GatehouseProperties;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.stereotype.Component;

/** Signs the access tokens by which the authorization server itself calls other services. */
@Component
class OwnTokens {
  private static final Duration FOR_ONE_CALL = Duration.ofMinutes(1);

  /** The client that a person acts by on our own pages. */
  private static final String PAGES = "account";

  private final JwtEncoder encoder;
  private final String issuer;
  private final Clock clock;

  OwnTokens(JwtEncoder encoder, GatehouseProperties properties, Clock clock) {
    this.encoder = encoder;
    this.issuer = properties.issuer();
    this.clock = clock;
  }

  /** For the person in front of our pages, with the rights that everybody has on one's own. */
  String ofPerson(SignedInUser user) {
    return sign(
        PAGES,
        FOR_ONE_CALL,
        claims ->
            claims
                .subject(user.id())
                .claim("sid", user.signIn().toString())
                .claim("scope", "users.read users.write")
                .claim("roles", List.of("USER")));
  }

  String sign(String client, Duration ttl, Consumer<JwtClaimsSet.Builder> more) {
    var now = clock.instant();
    var header = JwsHeader.with(SignatureAlgorithm.RS256).type("at+jwt").build();
    var claims =
        JwtClaimsSet.builder()
            .issuer(issuer)
            .audience(List.of("gatehouse"))
            .issuedAt(now)
            .notBefore(now)
            .expiresAt(now.plus(ttl))
            .id(SignInIds.at(now).toString())
            .claim("client_id", client);
    more.accept(claims);
    return encoder.encode(JwtEncoderParameters.from(header, claims.build())).getTokenValue();
  }
}
