/** Users: who they are, how they prove it, and what other services learn about them. */
@NullMarked
package io.gatehouse.users;

import org.jspecify.annotations.NullMarked;
