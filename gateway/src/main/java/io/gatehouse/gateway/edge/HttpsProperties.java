package io.gatehouse.gateway.edge;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The HTTPS connector.
 *
 * @param port 0 takes a free one; -1 switches HTTPS off
 */
@Validated
@ConfigurationProperties("gatehouse.https")
record HttpsProperties(@Min(-1) @Max(65535) @DefaultValue("8443") int port) {}
