/**
 * One GraphQL endpoint over all services. The schema files in {@code resources/graphql} are the
 * program: their directives bind fields to calls.
 */
@NullMarked
package io.gatehouse.gateway.graphql;

import org.jspecify.annotations.NullMarked;
