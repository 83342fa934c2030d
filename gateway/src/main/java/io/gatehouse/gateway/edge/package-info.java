/** Where requests come in: parsed, bounded, identified, or refused before anything else works. */
@NullMarked
package io.gatehouse.gateway.edge;

import org.jspecify.annotations.NullMarked;
