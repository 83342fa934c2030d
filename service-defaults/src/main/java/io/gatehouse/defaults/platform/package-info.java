/**
 * A service's place in the platform: the registry, TLS between services, clients of other services,
 * background polling, traces, the security log and leaving the registry before stopping.
 */
@NullMarked
package io.gatehouse.defaults.platform;

import org.jspecify.annotations.NullMarked;
