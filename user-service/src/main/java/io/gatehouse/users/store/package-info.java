/** The way to PostgreSQL: a bounded pool, bounded waits, one statement per unit of work. */
@NullMarked
package io.gatehouse.users.store;

import org.jspecify.annotations.NullMarked;
