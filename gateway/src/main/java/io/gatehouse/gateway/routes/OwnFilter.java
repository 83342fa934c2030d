package io.gatehouse.gateway.routes;

/**
 * Marks the filters that come with the gateway. Any other {@code WebFilter} or {@code GlobalFilter}
 * is a team's, which may look at or change whatever it likes: while there is one, every route goes
 * the framework's way.
 */
public interface OwnFilter {}
