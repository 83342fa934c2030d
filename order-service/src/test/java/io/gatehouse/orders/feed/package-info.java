@NullMarked
package io.gatehouse.orders.feed;

import org.jspecify.annotations.NullMarked;
