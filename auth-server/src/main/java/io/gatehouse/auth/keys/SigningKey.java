package io.gatehouse.auth.keys;

import com.nimbusds.jose.jwk.RSAKey;
import java.time.Instant;

/**
 * One RSA key pair.
 *
 * @param jwk with its private part, key id and algorithm
 * @param signsFrom when it takes over from its predecessor
 */
record SigningKey(RSAKey jwk, Instant signsFrom) {
  String id() {
    return jwk.getKeyID();
  }

  @Override
  public String toString() {
    return "SigningKey[" + id() + ", from " + signsFrom + "]";
  }
}
