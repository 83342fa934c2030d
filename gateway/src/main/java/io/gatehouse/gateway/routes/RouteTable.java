package io.gatehouse.gateway.routes;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * Finds the route of a path with one look-up per path segment, however many routes there are, and
 * runs its filters.
 *
 * <p>It covers routes whose only predicate is {@code Path} with literal or {@code /**} patterns,
 * which is how this platform writes them. A route with further predicates stays with Spring Cloud
 * Gateway's own mapping, which is asked when this table has no answer.
 */
@Component
public class RouteTable implements SmartInitializingSingleton {
  private static final String SUBTREE = "/**";

  private final GatewayProperties definitions;
  private final RouteLocator routes;
  private final FilteringWebHandler filters;
  private final Map<String, Route> literal = new HashMap<>();
  private final Map<String, Route> subtrees = new HashMap<>();
  private final Set<String> services = new TreeSet<>();

  RouteTable(GatewayProperties definitions, RouteLocator routes, FilteringWebHandler filters) {
    this.definitions = definitions;
    this.routes = routes;
    this.filters = filters;
  }

  @Override
  public void afterSingletonsInstantiated() {
    var byId = new HashMap<String, Route>();
    for (var route : routes.getRoutes().toIterable()) {
      byId.put(route.getId(), route);
      services.add(route.getUri().getHost());
    }
    for (var definition : definitions.getRoutes()) {
      for (var pattern : plainPatterns(definition)) {
        add(pattern, byId.get(definition.getId()));
      }
    }
  }

  private void add(String pattern, @Nullable Route route) {
    if (route == null) {
      throw new IllegalStateException("no route was built for " + pattern);
    }
    if (pattern.endsWith(SUBTREE)) {
      subtrees.putIfAbsent(path(pattern), route);
    } else {
      literal.putIfAbsent(pattern, route);
    }
  }

  /** Empty when this table must leave the route to the framework. */
  private static List<String> plainPatterns(RouteDefinition definition) {
    var predicates = definition.getPredicates();
    if (predicates.size() != 1 || !"Path".equals(predicates.getFirst().getName())) {
      return List.of();
    }
    var patterns = List.copyOf(predicates.getFirst().getArgs().values());
    return patterns.stream().map(RouteTable::path).allMatch(RouteTable::isLiteral)
        ? patterns
        : List.of();
  }

  private static String path(String pattern) {
    return pattern.endsWith(SUBTREE)
        ? pattern.substring(0, pattern.length() - SUBTREE.length())
        : pattern;
  }

  private static boolean isLiteral(String path) {
    return path.chars().noneMatch(c -> c == '*' || c == '{' || c == '?');
  }

  /** The services that some route leads to. */
  public Set<String> services() {
    return services;
  }

  /** The route of this path; null when the table has none. */
  public @Nullable Route find(String path) {
    var found = literal.get(path);
    for (var end = path.length(); found == null && end > 0; end = path.lastIndexOf('/', end - 1)) {
      found = subtrees.get(path.substring(0, end));
    }
    return found;
  }

  /** Runs the route's filters, the last of which forwards the request. */
  public Mono<Void> follow(Route route, ServerWebExchange exchange) {
    exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
    return filters.handle(exchange);
  }
}
