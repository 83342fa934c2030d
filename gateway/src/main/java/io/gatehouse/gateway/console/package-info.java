/** The console: one static page and its files. */
@NullMarked
package io.gatehouse.gateway.console;

import org.jspecify.annotations.NullMarked;
