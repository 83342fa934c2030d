package io.gatehouse.gateway.upstreams;

import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.routes.OwnFilter;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.cloud.gateway.filter.headers.GRPCRequestHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.GRPCResponseHeadersFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;

/** Which headers pass on the framework's way: the same ones as on the fast way. */
@Configuration(proxyBeanMethods = false)
public class FrameworkHeaders {
  private static final String HTTP2 = "server.http2.enabled";

  /** Puts what the gateway verified in place of what a client said in the gateway's name. */
  public static void verified(HttpHeaders headers, EdgeExchange edge) {
    List.copyOf(headers.headerNames()).stream()
        .filter(ForwardedHeaders::isTheGateways)
        .forEach(headers::remove);
    ForwardedHeaders.verified(edge, (name, value) -> headers.set(name.toString(), value));
  }

  private interface Own extends HttpHeadersFilter, OwnFilter {}

  /** Last, because the framework's own filters take these headers away. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  HttpHeadersFilter verifiedRequestHeaders() {
    return (Own)
        (headers, exchange) -> {
          var passed = new HttpHeaders();
          passed.addAll(headers);
          verified(passed, EdgeExchange.of(exchange));
          return passed;
        };
  }

  /** The framework has these two for gRPC only where its own server speaks HTTP/2. */
  @Bean
  @ConditionalOnBooleanProperty(name = HTTP2, havingValue = false, matchIfMissing = true)
  GRPCRequestHeadersFilter trailersOfGrpcAreTaken() {
    return new GRPCRequestHeadersFilter();
  }

  @Bean
  @ConditionalOnBooleanProperty(name = HTTP2, havingValue = false, matchIfMissing = true)
  GRPCResponseHeadersFilter statusOfGrpcIsATrailer() {
    return new GRPCResponseHeadersFilter();
  }

  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  HttpHeadersFilter answeredHeaders() {
    return new Own() {
      @Override
      public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
        var passed = new HttpHeaders();
        headers.forEach(
            (name, values) -> {
              if (ForwardedHeaders.isReplaced(name)) {
                exchange.getResponse().getHeaders().remove(name);
              }
              if (!ForwardedHeaders.isNotAnswered(name)) {
                passed.addAll(name, values);
              }
            });
        return passed;
      }

      @Override
      public boolean supports(Type type) {
        return type == Type.RESPONSE;
      }
    };
  }
}
