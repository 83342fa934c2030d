package io.gatehouse.gateway.request;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The access log.
 *
 * @param perSecond lines at most; 0 switches it off
 */
@Validated
@ConfigurationProperties("gatehouse.access-log")
record AccessLogProperties(@Min(0) @DefaultValue("20") int perSecond) {}
