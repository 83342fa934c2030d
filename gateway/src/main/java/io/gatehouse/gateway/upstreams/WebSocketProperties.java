package io.gatehouse.gateway.upstreams;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Bounds of WebSockets.
 *
 * @param idleTimeout after which one is closed on which neither side said anything
 */
@Validated
@ConfigurationProperties("gatehouse.websockets")
record WebSocketProperties(@NotNull @DefaultValue("5m") Duration idleTimeout) {}
