package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.util.HashSet;
import java.util.Set;
import org.springframework.stereotype.Component;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Answers cross-origin questions (the Fetch standard) for the whole platform: configured origins
 * may call everything with a bearer token, others get no CORS header, and no service says anything.
 */
@Component
class Cors {
  private static final String METHODS = "GET, HEAD, POST, PUT, DELETE";
  private static final String REQUEST_HEADERS =
      "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID,"
          + " X-Request-Id, traceparent, tracestate";
  private static final String RESPONSE_HEADERS =
      "Date, ETag, Idempotent-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After,"
          + " WWW-Authenticate, X-Partial-Response, X-Request-Id";
  private static final String VARY = "Origin, Accept-Encoding";
  private static final String ONE_HOUR = "3600";

  private final Set<String> origins;

  Cors(TrustProperties properties, GatehouseProperties platform) {
    this.origins = new HashSet<>(properties.corsOrigins());
    if (origins.contains("*")) {
      throw new IllegalArgumentException(
          "gatehouse.cors-origins must name each origin; * is not allowed");
    }
    origins.add(platform.issuer());
  }

  static boolean isPreflight(HttpServerRequest request) {
    return HttpMethod.OPTIONS.equals(request.method())
        && request.requestHeaders().contains(HttpHeaderNames.ORIGIN)
        && request.requestHeaders().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
  }

  /**
   * Sets what the origin may see; false when it is a strange one. Answers differ by Origin and
   * Accept-Encoding, those without either included (RFC 9110 section 12.5.5).
   */
  boolean allow(HttpHeaders request, HttpHeaders response) {
    response.set(HttpHeaderNames.VARY, VARY);
    var origin = request.get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return true;
    }
    if (!origins.contains(origin)) {
      return false;
    }
    response
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
        .set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, RESPONSE_HEADERS);
    return true;
  }

  /** Adds what a preflight asks for. */
  void answerPreflight(HttpHeaders response) {
    response
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
        .set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS)
        .set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, ONE_HOUR);
  }
}
