package io.gatehouse.gateway.edge;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The certificate of the HTTPS connector.
 *
 * @param certificate a PEM file with the certificate and its chain; a change is taken over within
 *     10 s
 * @param key a PEM file with the unencrypted PKCS #8 private key
 * @param directory where a self-signed certificate is made, and kept, when none is given
 */
@Validated
@ConfigurationProperties("gatehouse.tls")
record TlsProperties(
    @Nullable Path certificate,
    @Nullable Path key,
    @DefaultValue(".gatehouse/tls") Path directory) {

  TlsProperties {
    if ((certificate == null) != (key == null)) {
      throw new IllegalArgumentException(
          "gatehouse.tls.certificate and gatehouse.tls.key must be given together");
    }
  }
}
