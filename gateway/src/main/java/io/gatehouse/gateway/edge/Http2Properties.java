package io.gatehouse.gateway.edge;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The bounds of one HTTP/2 connection (RFC 9113 section 10.5). A client that exceeds one of the
 * last two loses its connection; a proxy that carries many clients on one may need more.
 *
 * @param maxStreams open at a time
 * @param maxResets of streams in 30 s, and as many that the gateway must reset for what the client
 *     sent
 * @param maxControlFrames that ask for nothing, such as pings and settings, at once; a tenth of it
 *     comes back each second, more with each stream and each KiB that is sent
 */
@Validated
@ConfigurationProperties("gatehouse.http2")
record Http2Properties(
    @Min(1) @Max(10_000) @DefaultValue("100") int maxStreams,
    @Min(1) @Max(1_000_000) @DefaultValue("200") int maxResets,
    @Min(100) @Max(1_000_000) @DefaultValue("1000") int maxControlFrames) {}
