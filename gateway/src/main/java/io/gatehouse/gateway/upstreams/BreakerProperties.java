package io.gatehouse.gateway.upstreams;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The circuit breaker of each upstream service.
 *
 * @param failureThreshold percent of the window's calls that failed, from which it opens
 * @param recovery how long it stays open before it tries again
 */
@Validated
@ConfigurationProperties("gatehouse.breaker")
record BreakerProperties(
    @Min(1) @Max(100) @DefaultValue("50") int failureThreshold,
    @NotNull @DefaultValue("60s") Duration recovery) {}
