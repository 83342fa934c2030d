package io.gatehouse.gateway.routes;

import java.util.List;

/**
 * Paths that the gateway answers itself. Each bean of this type stands in the {@link RouteTable},
 * before all routes; a handler of the gateway's whose paths no bean names is not reached.
 *
 * @param id names it in metrics and logs, as a route's does
 * @param admission who may call it and which limit counts
 * @param patterns literal paths, or ones that end with {@code /**}
 */
public record OwnEndpoint(String id, Admission admission, List<String> patterns) {
  public OwnEndpoint {
    patterns = List.copyOf(patterns);
    for (var pattern : patterns) {
      if (!RouteIndex.isPlain(pattern)) {
        throw new IllegalArgumentException(
            id + ": the path " + pattern + " must be literal, or literal but for a last /**");
      }
    }
  }

  /** One of these patterns. */
  public OwnEndpoint(String id, Admission admission, String... patterns) {
    this(id, admission, List.of(patterns));
  }
}
