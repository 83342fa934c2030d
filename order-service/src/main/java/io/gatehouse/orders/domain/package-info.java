/** What an order is and may become: pure, without I/O, clock or chance. */
@NullMarked
package io.gatehouse.orders.domain;

import org.jspecify.annotations.NullMarked;
