package io.gatehouse.auth.grants;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.tokens.CompactJwt;
import java.text.ParseException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads our own ID tokens when they come back as {@code id_token_hint}, expired ones as well. */
@Component
class IdTokens {
  private final JWKSource<SecurityContext> keys;
  private final String issuer;

  IdTokens(JWKSource<SecurityContext> keys, GatehouseProperties properties) {
    this.keys = keys;
    this.issuer = properties.issuer();
  }

  /** The token's claims; empty when it is not one of ours. */
  Optional<JWTClaimsSet> read(String idToken) {
    try {
      var jwt = CompactJwt.parse(idToken);
      var header = jwt.getHeader();
      var id = new JWKMatcher.Builder().keyID(String.valueOf(header.getKeyID())).build();
      var found = keys.get(new JWKSelector(id), null);
      var claims = jwt.getJWTClaimsSet();
      var genuine =
          JWSAlgorithm.RS256.equals(header.getAlgorithm())
              && found.size() == 1
              && jwt.verify(new RSASSAVerifier(found.getFirst().toRSAKey().toRSAPublicKey()))
              && issuer.equals(claims.getIssuer());
      return genuine ? Optional.of(claims) : Optional.empty();
    } catch (ParseException | JOSEException unusable) {
      return Optional.empty();
    }
  }

  /** Whom the token is about. */
  Optional<String> subject(String idToken) {
    return read(idToken).map(JWTClaimsSet::getSubject);
  }
}
