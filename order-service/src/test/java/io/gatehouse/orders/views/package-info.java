@NullMarked
package io.gatehouse.orders.views;

import org.jspecify.annotations.NullMarked;
