/** What runs, for the console: services, routes and security events as this gateway sees them. */
@NullMarked
package io.gatehouse.gateway.platform;

import org.jspecify.annotations.NullMarked;
