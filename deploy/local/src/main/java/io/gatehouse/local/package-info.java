/** The command line: one class per command. */
@NullMarked
package io.gatehouse.local;

import org.jspecify.annotations.NullMarked;
