/** Stored forms and their history. */
@NullMarked
package io.gatehouse.orders.store;

import org.jspecify.annotations.NullMarked;
