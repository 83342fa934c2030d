package io.gatehouse.auth.keys;

import com.nimbusds.jose.jwk.JWK;
import java.time.Instant;

/**
 * One key pair.
 *
 * @param jwk with its private part, key id and algorithm
 * @param publishedAt since when verifiers can know it
 * @param signsFrom when it takes over from its predecessor
 */
record SigningKey(JWK jwk, Instant publishedAt, Instant signsFrom) {
  String id() {
    return jwk.getKeyID();
  }

  /** RS256 or ES256. */
  String algorithm() {
    return jwk.getAlgorithm().getName();
  }

  @Override
  public String toString() {
    return "SigningKey[" + id() + ", from " + signsFrom + "]";
  }
}
