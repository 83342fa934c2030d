package io.gatehouse.gateway.upstreams;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What protects the gateway from its upstreams and the upstreams from the gateway.
 *
 * @param deadline to the response's head, all attempts together; a route may set its own
 * @param connectTimeout for one attempt's TCP connection
 * @param maxInFlight requests per live instance of a service that may wait for their head at most;
 *     fewer when answers come late (see ConcurrencyLimit), the rest is shed
 * @param maxAttempts of one request, the first included
 * @param refresh how often the instances known from the registry are taken over
 * @param probe how often every instance is asked whether it is there
 */
@Validated
@ConfigurationProperties("gatehouse.guards")
record GuardProperties(
    @NotNull @DefaultValue("5s") Duration deadline,
    @NotNull @DefaultValue("1s") Duration connectTimeout,
    @Min(1) @DefaultValue("300") int maxInFlight,
    @Min(1) @Max(10) @DefaultValue("3") int maxAttempts,
    @NotNull @DefaultValue("500ms") Duration refresh,
    @NotNull @DefaultValue("1s") Duration probe) {}
