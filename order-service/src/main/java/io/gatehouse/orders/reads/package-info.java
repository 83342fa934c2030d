/** Reads: lists by view, orders as they were, diffs, the audit trail and its verification. */
@NullMarked
package io.gatehouse.orders.reads;

import org.jspecify.annotations.NullMarked;
