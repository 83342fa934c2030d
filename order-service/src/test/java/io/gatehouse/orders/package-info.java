/** Tests of the orders, through a real port wherever a client could stand. */
@NullMarked
package io.gatehouse.orders;

import org.jspecify.annotations.NullMarked;
