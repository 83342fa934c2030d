package io.gatehouse.gateway.calls;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * What answers that are made here, compositions and GraphQL, may hold and do at once. Sizes are an
 * estimate of the heap that they take.
 *
 * @param memory of all requests together
 * @param memoryPerCaller of one caller's requests together
 * @param memoryPerRequest of one request
 * @param callsPerCaller calls to services that run at once for one caller
 * @param maxCalls calls that one request may make
 */
@Validated
@ConfigurationProperties("gatehouse.composed")
record ComposedProperties(
    @NotNull @DefaultValue("64MB") DataSize memory,
    @NotNull @DefaultValue("32MB") DataSize memoryPerCaller,
    @NotNull @DefaultValue("24MB") DataSize memoryPerRequest,
    @Min(1) @DefaultValue("32") int callsPerCaller,
    @Min(1) @DefaultValue("100") int maxCalls) {}
