/** Writes: load, decide, append; idempotency keys, races and detachment from the caller. */
@NullMarked
package io.gatehouse.orders.commands;

import org.jspecify.annotations.NullMarked;
