/** Items by name: {@code ItemHandler} takes the calls, {@code Items} keeps them in PostgreSQL. */
@NullMarked
package io.gatehouse.template;

import org.jspecify.annotations.NullMarked;
