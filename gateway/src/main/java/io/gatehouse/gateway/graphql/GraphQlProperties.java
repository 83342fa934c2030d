package io.gatehouse.gateway.graphql;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Where the schema is and how much one request may ask for.
 *
 * @param schema patterns of the schema files
 * @param deadline for all calls of a request together
 * @param maxDepth levels of nested fields
 * @param maxBreadth fields in one selection, fragments spread out
 * @param maxFields fields of the whole operation, fragments spread out
 * @param maxAliases renamed fields of the whole operation
 * @param maxCost see {@link QueryCost}
 * @param maxTokens of the query's text
 * @param maxCharacters of the query's text
 * @param maxAnswer of the answer's JSON
 * @param remembered heap for queries that were checked before, an estimate
 */
@Validated
@ConfigurationProperties("gatehouse.graphql")
record GraphQlProperties(
    @NotEmpty @DefaultValue("classpath*:graphql/*.graphqls") List<String> schema,
    @NotNull @DefaultValue("4500ms") Duration deadline,
    @Min(1) @DefaultValue("12") int maxDepth,
    @Min(1) @DefaultValue("60") int maxBreadth,
    @Min(1) @DefaultValue("1000") int maxFields,
    @Min(0) @DefaultValue("30") int maxAliases,
    @Min(1) @DefaultValue("100000") long maxCost,
    @Min(1) @DefaultValue("4000") int maxTokens,
    @Min(1) @DefaultValue("50000") int maxCharacters,
    @NotNull @DefaultValue("2MB") DataSize maxAnswer,
    @NotNull @DefaultValue("8MB") DataSize remembered) {}
