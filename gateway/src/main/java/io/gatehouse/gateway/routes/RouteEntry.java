package io.gatehouse.gateway.routes;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.web.server.ServerWebExchange;

/**
 * What the table decides about a request.
 *
 * @param id of the route, for metrics and logs
 * @param route null for what the gateway answers itself
 * @param admission who may call it and which limit counts
 * @param way how it is answered
 * @param why it cannot go the fast way; empty when it does
 * @param deadline to the response's head; null for the usual one
 * @param maxBody of a request, in bytes; {@link #USUAL} for gatehouse.edge.max-body
 * @param protocol to the service; null for HTTP/1.1
 */
public record RouteEntry(
    String id,
    @Nullable Route route,
    Admission admission,
    Way way,
    String why,
    @Nullable Duration deadline,
    long maxBody,
    @Nullable Protocol protocol) {
  /** The route says nothing of its bodies. */
  public static final long USUAL = -1;

  private static final String KEY = RouteEntry.class.getName();

  /** How a request is answered. */
  public enum Way {
    /** By the gateway's own forwarding, completely. */
    FAST,
    /** By Spring Cloud Gateway's own filters. */
    FRAMEWORK,
    /** By a handler in the gateway. */
    OWN,
    /** Not at all: there is nothing at this path. */
    NONE
  }

  /** How a service is spoken to, where it is not HTTP/1.1. */
  public enum Protocol {
    /** HTTP/2 over TLS. */
    H2,
    /** HTTP/2 from the first byte, without TLS. */
    H2C
  }

  static RouteEntry own(String id, Admission admission) {
    return new RouteEntry(id, null, admission, Way.OWN, "", null, USUAL, null);
  }

  static RouteEntry none(Admission admission) {
    return new RouteEntry("none", null, admission, Way.NONE, "", null, USUAL, null);
  }

  /** True when its bodies may be too large to be held, and to be sent twice. */
  public boolean streams() {
    return maxBody > RouteMetadata.MOST_HELD;
  }

  /** The route behind this entry. */
  public Route target() {
    if (route == null) {
      throw new IllegalStateException(id + " is no route");
    }
    return route;
  }

  /** The registered service that it leads to, of {@code lb://name} or {@code lb:ws://name}. */
  public @Nullable String service() {
    var uri = route == null ? null : route.getUri();
    if (uri == null || !"lb".equals(uri.getScheme())) {
      return null;
    }
    return uri.getHost() == null
        ? URI.create(uri.getSchemeSpecificPart()).getHost()
        : uri.getHost();
  }

  /** Makes this what was decided about the exchange. */
  public void putInto(ServerWebExchange exchange) {
    exchange.getAttributes().put(KEY, this);
  }

  /** What was decided about this exchange; null where no table was asked. */
  public static @Nullable RouteEntry of(ServerWebExchange exchange) {
    return exchange.getAttribute(KEY);
  }
}
