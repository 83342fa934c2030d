/**
 * Breaks one thing under load and counts: what was acknowledged has to be there afterwards, once.
 */
@NullMarked
package io.gatehouse.local.drill;

import org.jspecify.annotations.NullMarked;
