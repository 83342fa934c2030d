/**
 * Rate limits: GCRA in Redis, shared by all gateways, spent locally from short leases.
 *
 * <p>The generic cell rate algorithm keeps one number per key, the theoretical arrival time (TAT):
 * a request conforms when TAT + interval - now is at most burst × interval, and moves TAT on by one
 * interval. Interval = 1 / rate.
 */
@NullMarked
package io.gatehouse.gateway.limits;

import org.jspecify.annotations.NullMarked;
