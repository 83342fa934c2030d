/**
 * A service's way to PostgreSQL: migrations, a bounded pool, single statements that nobody waits
 * for without end, versions and feed positions as statements compare them.
 */
@NullMarked
package io.gatehouse.store;

import org.jspecify.annotations.NullMarked;
