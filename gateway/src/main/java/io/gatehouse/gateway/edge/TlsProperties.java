package io.gatehouse.gateway.edge;

import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The certificate of the HTTPS connector.
 *
 * @param certificate a PEM file with the certificate and its chain
 * @param key a PEM file with the unencrypted PKCS #8 private key
 * @param check how often the files are looked at for a change
 * @param directory where a self-signed certificate is made, and kept, when none is given
 */
@Validated
@ConfigurationProperties("gatehouse.tls")
record TlsProperties(
    @Nullable Path certificate,
    @Nullable Path key,
    @NotNull @DefaultValue("10s") Duration check,
    @DefaultValue(".gatehouse/tls") Path directory) {

  TlsProperties {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "gatehouse.tls.certificate and gatehouse.tls.key must be given together");
    }
  }
}
