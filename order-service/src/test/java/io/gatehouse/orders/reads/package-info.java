@NullMarked
package io.gatehouse.orders.reads;

import org.jspecify.annotations.NullMarked;
