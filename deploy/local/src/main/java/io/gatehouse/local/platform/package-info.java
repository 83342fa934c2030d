/** PostgreSQL, Redis and the services as processes on one machine. */
@NullMarked
package io.gatehouse.local.platform;

import org.jspecify.annotations.NullMarked;
