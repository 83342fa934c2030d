package io.gatehouse.gateway.edge;

import jakarta.validation.constraints.NotNull;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Whom the gateway believes.
 *
 * @param trustedProxies CIDR ranges of peers whose forwarded headers count
 * @param corsOrigins origins whose pages may call the API, besides the public URL's own
 */
@Validated
@ConfigurationProperties("gatehouse")
record TrustProperties(
    @NotNull @DefaultValue List<String> trustedProxies,
    @NotNull @DefaultValue List<String> corsOrigins) {}
