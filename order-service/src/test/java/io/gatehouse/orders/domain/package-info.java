/** What an order may become, as sentences. */
@NullMarked
package io.gatehouse.orders.domain;

import org.jspecify.annotations.NullMarked;
