package io.gatehouse.auth.clients;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Secrets of the clients that ADMIN manages.
 *
 * @param clientSecretOverlap how long a replaced secret works on; 0s ends it at once
 */
@Validated
@ConfigurationProperties("gatehouse")
record SecretProperties(@NotNull @DefaultValue("1h") Duration clientSecretOverlap) {
  SecretProperties {
    if (clientSecretOverlap.isNegative()) {
      throw new IllegalArgumentException(
          "GATEHOUSE_CLIENT_SECRET_OVERLAP must not be negative; 0s ends a replaced secret at once");
    }
  }
}
