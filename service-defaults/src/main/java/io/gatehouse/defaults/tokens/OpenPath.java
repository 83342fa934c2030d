package io.gatehouse.defaults.tokens;

import org.springframework.http.server.reactive.ServerHttpRequest;

/**
 * A request that needs no token, declared by a service as a bean. A token that is sent along must
 * be valid all the same.
 */
@FunctionalInterface
public interface OpenPath {
  boolean matches(ServerHttpRequest request);
}
