package io.gatehouse.gateway.limits;

import io.gatehouse.gateway.limits.LimitProperties.Limit;

/**
 * One kind of limit.
 *
 * @param header the RateLimit-Policy header's value: burst as quota, in the window that refills it
 */
record Policy(String name, String quotedName, Gcra gcra, int rate, String header) {

  static Policy of(String name, Limit limit) {
    var quoted = '"' + name + '"';
    var window = Math.ceilDiv(limit.burst(), limit.rate());
    return new Policy(
        name,
        quoted,
        Gcra.of(limit.rate(), limit.burst()),
        limit.rate(),
        quoted + ";q=" + limit.burst() + ";w=" + window);
  }
}
