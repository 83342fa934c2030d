package io.gatehouse.defaults.platform;

import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What every service is told.
 *
 * @param publicUrl the one URL that clients know; also the token issuer
 * @param drain how long a stopping instance serves on after it left the registry: the registry's
 *     clients need this long to notice
 */
@Validated
@ConfigurationProperties("gatehouse")
public record GatehouseProperties(
    @NotNull @DefaultValue("http://localhost:8080") URI publicUrl,
    @NotNull @DefaultValue("5s") Duration drain) {

  public GatehouseProperties {
    if (publicUrl.getScheme() == null || publicUrl.getHost() == null) {
      throw new IllegalArgumentException(
          "gatehouse.public-url must be an absolute URL such as https://shop.example.com, not "
              + publicUrl);
    }
  }

  /** The OAuth issuer: the public URL without a trailing slash. */
  public String issuer() {
    var url = publicUrl.toString();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }
}
