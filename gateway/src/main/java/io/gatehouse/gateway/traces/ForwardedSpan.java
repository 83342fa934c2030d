package io.gatehouse.gateway.traces;

import io.gatehouse.gateway.request.EdgeExchange;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.propagation.Propagator;
import java.util.HashMap;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * A span for each forwarded request: a child of the caller's {@code traceparent}, a parent of the
 * service's. Without an endpoint for traces there is no such filter, and the caller's {@code
 * traceparent} passes as it came.
 */
@Component
@ConditionalOnProperty("gatehouse.traces.endpoint")
@Order(Ordered.HIGHEST_PRECEDENCE)
class ForwardedSpan implements GlobalFilter {
  private final Propagator propagator;

  ForwardedSpan(Propagator propagator) {
    this.propagator = propagator;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    return Mono.defer(
        () -> {
          var span = begin(exchange.getRequest());
          return chain
              .filter(exchange.mutate().request(inside(span, exchange.getRequest())).build())
              .doOnError(span::error)
              .doFinally(_ -> end(span, EdgeExchange.of(exchange)));
        });
  }

  private Span begin(ServerHttpRequest request) {
    return propagator
        .extract(request, (_, name) -> request.getHeaders().getFirst(name))
        .kind(Span.Kind.SERVER)
        .name(request.getMethod().name())
        .tag("http.request.method", request.getMethod().name())
        .tag("url.path", request.getPath().value())
        .start();
  }

  private ServerHttpRequest inside(Span span, ServerHttpRequest request) {
    var headers = new HashMap<String, String>();
    propagator.inject(span.context(), headers, (_, name, value) -> headers.put(name, value));
    return request.mutate().headers(all -> headers.forEach(all::set)).build();
  }

  private static void end(Span span, EdgeExchange edge) {
    span.name(edge.request().method().name() + " " + edge.route())
        .tag("gateway.route", edge.route())
        .tag("http.response.status_code", Integer.toString(edge.status()))
        .tag("request.id", edge.requestId());
    span.end();
  }
}
