/** Spans of forwarded requests, where traces are wanted. */
@NullMarked
package io.gatehouse.gateway.traces;

import org.jspecify.annotations.NullMarked;
