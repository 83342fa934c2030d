/** The gateway through its real port, with stand-ins for the services behind it. */
@NullMarked
package io.gatehouse.gateway;

import org.jspecify.annotations.NullMarked;
