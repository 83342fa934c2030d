package io.gatehouse.gateway.edge;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The bounds of what a client may send, and make the gateway hold.
 *
 * @param headTimeout from a request's first byte to the end of its headers
 * @param bodyTimeout from there to the end of its body
 * @param sendTimeout after which a client that takes nothing of its answer is let go
 * @param idleTimeout between two requests of a connection
 * @param maxBody of a request
 * @param maxUri of a request line
 * @param maxHeaders of all header lines together
 * @param bufferedBytes of bodies that are not answered yet and answers that are not taken yet, of
 *     all clients together; more is 503
 * @param bufferedBytesPerCaller of them for one address; more is 429
 * @param connections that are open at a time; more are closed at once
 * @param connectionsPerCaller of them of one address; trusted proxies and this machine may have all
 */
@Validated
@ConfigurationProperties("gatehouse.edge")
record EdgeProperties(
    @NotNull @DefaultValue("10s") Duration headTimeout,
    @NotNull @DefaultValue("30s") Duration bodyTimeout,
    @NotNull @DefaultValue("30s") Duration sendTimeout,
    @NotNull @DefaultValue("60s") Duration idleTimeout,
    @NotNull @DefaultValue("1MB") DataSize maxBody,
    @NotNull @DefaultValue("8KB") DataSize maxUri,
    @NotNull @DefaultValue("16KB") DataSize maxHeaders,
    @NotNull @DefaultValue("32MB") DataSize bufferedBytes,
    @NotNull @DefaultValue("8MB") DataSize bufferedBytesPerCaller,
    @Min(1) @DefaultValue("8000") int connections,
    @Min(1) @DefaultValue("1000") int connectionsPerCaller) {}
