package io.gatehouse.gateway.routes;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import org.springframework.cloud.gateway.config.GlobalCorsProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.RoutePredicateHandlerMapping;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Gives the framework the route that the table has decided on, so that nothing decides twice; and
 * gives nobody a handler whose paths the table does not know.
 */
@Component
class MatchedRouteMapping extends RoutePredicateHandlerMapping {
  private static final String GIVEN = MatchedRouteMapping.class.getName();

  MatchedRouteMapping(
      FilteringWebHandler filters,
      RouteLocator routes,
      GlobalCorsProperties cors,
      Environment environment) {
    super(filters, routes, cors, environment);
    setOrder(Ordered.HIGHEST_PRECEDENCE);
  }

  @Override
  protected Mono<Route> lookupRoute(ServerWebExchange exchange) {
    var entry = RouteEntry.of(exchange);
    if (entry == null) {
      // The management port, which has no routes.
      return Mono.empty();
    }
    return switch (entry.way()) {
      case OWN -> Mono.empty();
      // A team's handler under /api, for callers with a token.
      case NONE ->
          AccessToken.find(exchange) == null
              ? Mono.error(ApiException.of(ErrorCode.NOT_FOUND))
              : Mono.empty();
      // A second time it comes from a route's forward: to a handler here.
      case FAST, FRAMEWORK ->
          exchange.getAttributes().put(GIVEN, true) == null
              ? Mono.just(entry.target())
              : Mono.empty();
    };
  }
}
