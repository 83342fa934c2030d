package io.gatehouse.gateway.docs;

import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Whose documents make up the platform's.
 *
 * @param services that serve {@code /openapi.json}
 * @param refresh how often they are read again
 * @param retry how often one that is still missing is asked for
 * @param maxSize of one document; a larger one is ignored
 */
@Validated
@ConfigurationProperties("gatehouse.docs")
record DocsProperties(
    @NotEmpty List<String> services,
    @NotNull @DefaultValue("30s") Duration refresh,
    @NotNull @DefaultValue("1s") Duration retry,
    @NotNull @DefaultValue("1MB") DataSize maxSize) {}
