package io.gatehouse.defaults.tokens;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.SignedJWT;
import java.util.Optional;
import java.util.Set;

/**
 * A public key with the one algorithm that it is for: RS256 for RSA, ES256 for EC on P-256. What a
 * token's header says of the algorithm chooses nothing; it must be the key's (RFC 8725 section
 * 3.1).
 */
public final class IssuerKey {
  /** What our issuer signs with. */
  static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);

  private final JWSAlgorithm algorithm;
  private final JWSVerifier verifier;

  private IssuerKey(JWSAlgorithm algorithm, JWSVerifier verifier) {
    this.algorithm = algorithm;
    this.verifier = verifier;
  }

  /** The key for signatures; empty when it is for something else, or of another kind. */
  public static Optional<IssuerKey> of(JWK key) throws JOSEException {
    if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
      return Optional.empty();
    }
    return switch (key) {
      case RSAKey rsa when isFor(rsa, JWSAlgorithm.RS256) ->
          Optional.of(new IssuerKey(JWSAlgorithm.RS256, new RSASSAVerifier(rsa.toRSAPublicKey())));
      case ECKey ec when Curve.P_256.equals(ec.getCurve()) && isFor(ec, JWSAlgorithm.ES256) ->
          Optional.of(new IssuerKey(JWSAlgorithm.ES256, new ECDSAVerifier(ec.toECPublicKey())));
      default -> Optional.empty();
    };
  }

  private static boolean isFor(JWK key, JWSAlgorithm algorithm) {
    return key.getAlgorithm() == null || algorithm.equals(key.getAlgorithm());
  }

  /** Whether this key signed it, by its own algorithm. */
  public boolean verifies(SignedJWT jwt) throws JOSEException {
    return algorithm.equals(jwt.getHeader().getAlgorithm()) && jwt.verify(verifier);
  }
}
