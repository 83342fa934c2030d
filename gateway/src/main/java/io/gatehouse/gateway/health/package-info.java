/** Whether the platform can be used, for people and for orchestrators. */
@NullMarked
package io.gatehouse.gateway.health;

import org.jspecify.annotations.NullMarked;
