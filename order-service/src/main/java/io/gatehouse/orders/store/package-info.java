/** The event store in PostgreSQL: appending, loading, encryption of personal data, stored forms. */
@NullMarked
package io.gatehouse.orders.store;

import org.jspecify.annotations.NullMarked;
