package io.gatehouse.auth.grants;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.tokens.CompactJwt;
import io.gatehouse.defaults.tokens.IssuerKey;
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
          found.size() == 1
              && isSignedBy(found.getFirst(), jwt)
              && issuer.equals(claims.getIssuer());
      return genuine ? Optional.of(claims) : Optional.empty();
    } catch (ParseException | JOSEException unusable) {
      return Optional.empty();
    }
  }

  private static boolean isSignedBy(JWK published, SignedJWT jwt) throws JOSEException {
    var key = IssuerKey.of(published);
    return key.isPresent() && key.get().verifies(jwt);
  }

  /** Whom the token is about. */
  Optional<String> subject(String idToken) {
    return read(idToken).map(JWTClaimsSet::getSubject);
  }
}
