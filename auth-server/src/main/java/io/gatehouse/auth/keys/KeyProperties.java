package io.gatehouse.auth.keys;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The signing keys' calendar.
 *
 * @param rotation how long a key signs
 * @param lead how long a key is published before it signs: verifiers fetch every 5 s, so a minute
 *     lets each of them miss many fetches
 * @param reload how often an instance looks for keys that another one made or took out of use
 * @param algorithm what new keys sign with, RS256 or ES256; an instance that starts with another
 *     one than the newest key's makes a key of its own, and both verify side by side
 */
@Validated
@ConfigurationProperties("gatehouse.keys")
record KeyProperties(
    @NotNull @DefaultValue("30d") Duration rotation,
    @NotNull @DefaultValue("75s") Duration lead,
    @NotNull @DefaultValue("1s") Duration reload,
    @NotNull @DefaultValue("RS256") Algorithm algorithm) {

  /** RSA with 2048 bits, or ECDSA on P-256: a tenth of the work to sign, more to verify. */
  enum Algorithm {
    RS256,
    ES256
  }

  KeyProperties {
    if (lead.compareTo(reload.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "gatehouse.keys.lead must be at least twice gatehouse.keys.reload");
    }
    if (rotation.compareTo(lead.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "gatehouse.keys.rotation must be at least twice gatehouse.keys.lead");
    }
  }
}
