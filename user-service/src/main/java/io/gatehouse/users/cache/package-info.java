/** A cache in Redis that is never older than what was acknowledged, and never needed. */
@NullMarked
package io.gatehouse.users.cache;

import org.jspecify.annotations.NullMarked;
