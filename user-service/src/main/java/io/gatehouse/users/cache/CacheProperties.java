package io.gatehouse.users.cache;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How the cache uses Redis.
 *
 * @param commandTimeout after which a command counts as unanswered and the database is asked
 */
@Validated
@ConfigurationProperties("gatehouse.redis")
record CacheProperties(@NotNull @DefaultValue("50ms") Duration commandTimeout) {}
