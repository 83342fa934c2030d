/**
 * What the gateway asks of services for answers of its own: compositions, GraphQL and the document.
 * Each caller has its share of memory, threads, permits and calls at once.
 */
@NullMarked
package io.gatehouse.gateway.calls;

import org.jspecify.annotations.NullMarked;
