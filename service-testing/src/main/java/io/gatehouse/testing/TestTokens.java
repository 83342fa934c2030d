package io.gatehouse.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Stands in for the issuer: signs access tokens as the auth-server does. */
public final class TestTokens {
  public static final String ISSUER = "http://localhost:8080";
  public static final String ALL_SCOPES = "users.read users.write orders.read orders.write";

  private final RSAKey key;

  public TestTokens() {
    try {
      this.key = new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    } catch (JOSEException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** As our issuer makes ids, by whose time services know when a sign-in began (UUIDv7). */
  public static String idAt(Instant time) {
    var random = UUID.randomUUID();
    var high = (time.toEpochMilli() << 16) | 0x7000 | (random.getMostSignificantBits() & 0xFFF);
    return new UUID(high, random.getLeastSignificantBits()).toString();
  }

  /** The public key as the JWK set that services fetch, JSON. */
  public String jwks() {
    return new JWKSet(key.toPublicJWK()).toString();
  }

  public RSAKey key() {
    return key;
  }

  public String user(String subject) {
    return token(claims -> claims.subject(subject).claim("roles", List.of("USER")));
  }

  /** A user's token with these scopes and no others. */
  public String scoped(String subject, String... scopes) {
    return token(
        claims ->
            claims
                .subject(subject)
                .claim("roles", List.of("USER"))
                .claim("scope", String.join(" ", scopes)));
  }

  public String admin(String subject) {
    return token(claims -> claims.subject(subject).claim("roles", List.of("USER", "ADMIN")));
  }

  public String service(String client) {
    return token(
        claims ->
            claims
                .subject(client)
                .claim("client_id", client)
                .claim("sid", null)
                .claim("scope", ALL_SCOPES + " internal")
                .claim("roles", List.of("SERVICE")));
  }

  /** A genuine token of a user, changed by {@code change}. */
  public String token(UnaryOperator<JWTClaimsSet.Builder> change) {
    var now = Instant.now();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(UUID.randomUUID().toString())
            .audience("gatehouse")
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(900)))
            .jwtID(idAt(now))
            .claim("sid", idAt(now))
            .claim("client_id", "console")
            .claim("scope", ALL_SCOPES)
            .claim("roles", List.of("USER"));
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID(key.getKeyID())
            .build();
    return sign(header, change.apply(claims).build());
  }

  public String sign(JWSHeader header, JWTClaimsSet claims) {
    try {
      var jwt = new SignedJWT(header, claims);
      jwt.sign(new RSASSASigner(key));
      return jwt.serialize();
    } catch (JOSEException failed) {
      throw new IllegalStateException(failed);
    }
  }
}
