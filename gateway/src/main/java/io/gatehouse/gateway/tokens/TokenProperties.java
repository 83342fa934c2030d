package io.gatehouse.gateway.tokens;

import jakarta.validation.constraints.NotBlank;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * How the gateway signs in to the auth-server.
 *
 * @param gatewaySecret its password for {@code /internal/revocations}
 */
@Validated
@ConfigurationProperties("gatehouse")
record TokenProperties(@NotBlank String gatewaySecret) {}
