/** The services behind the gateway: choosing an instance, guarding it and calling it. */
@NullMarked
package io.gatehouse.gateway.upstreams;

import org.jspecify.annotations.NullMarked;
