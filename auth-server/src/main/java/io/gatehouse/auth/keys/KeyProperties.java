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
 * @param lead how long a key is published before it signs: verifiers fetch every 15 s, so a minute
 *     lets each of them miss three fetches
 * @param reload how often an instance looks for keys that another one made
 */
@Validated
@ConfigurationProperties("gatehouse.keys")
record KeyProperties(
    @NotNull @DefaultValue("30d") Duration rotation,
    @NotNull @DefaultValue("75s") Duration lead,
    @NotNull @DefaultValue("10s") Duration reload) {

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
