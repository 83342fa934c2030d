package io.gatehouse.gateway.upstreams;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of what a client holds open.
 *
 * @param perUser WebSockets and uploads that stream, of one caller at one gateway; services count
 *     their event streams themselves, by the same setting
 * @param perInstance of all callers together; more is 503
 */
@Validated
@ConfigurationProperties("gatehouse.streams")
record StreamProperties(
    @Min(1) @DefaultValue("20") int perUser, @Min(1) @DefaultValue("2000") int perInstance) {}
