package io.gatehouse.gateway.routes;

import io.netty.handler.codec.http.HttpMethod;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
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
 * <p>It covers routes whose predicates are {@code Path} with literal or {@code /**} patterns and
 * perhaps {@code Method}, which is how this platform writes them. A route with further predicates
 * stays with Spring Cloud Gateway's own mapping, which is asked when this table has no answer.
 */
@Component
public class RouteTable implements SmartInitializingSingleton {
  private static final String SUBTREE = "/**";
  private static final String API = "/api/";
  private static final Set<String> COVERED = Set.of("Path", "Method");

  private final GatewayProperties definitions;
  private final RouteLocator routes;
  private final FilteringWebHandler filters;
  private final Map<String, Entry> literal = new HashMap<>();
  private final Map<String, Entry> subtrees = new HashMap<>();
  private final Set<String> services = new TreeSet<>();

  RouteTable(GatewayProperties definitions, RouteLocator routes, FilteringWebHandler filters) {
    this.definitions = definitions;
    this.routes = routes;
    this.filters = filters;
  }

  /**
   * A route with what it asks of its callers.
   *
   * @param methods that it serves; empty for all
   * @param next a later route of the same pattern, for other methods
   */
  public record Entry(Route route, Admission admission, Set<String> methods, @Nullable Entry next) {

    @Nullable Entry serving(HttpMethod method) {
      for (var entry = this; entry != null; entry = entry.next) {
        if (entry.methods.isEmpty() || entry.methods.contains(method.name())) {
          return entry;
        }
      }
      return null;
    }
  }

  @Override
  public void afterSingletonsInstantiated() {
    var byId = new HashMap<String, Route>();
    for (var route : routes.getRoutes().toIterable()) {
      byId.put(route.getId(), route);
      services.add(route.getUri().getHost());
    }
    // The last comes first: each pattern's chain begins with the route that is declared first.
    for (var definition : definitions.getRoutes().reversed()) {
      var admission = Admission.of(String.valueOf(definition.getId()), definition.getMetadata());
      var patterns = plainPatterns(definition);
      if (patterns.isEmpty()) {
        refuseUnlessHeld(definition, admission);
      }
      for (var pattern : patterns) {
        add(pattern, byId.get(definition.getId()), admission, methods(definition));
      }
    }
  }

  /** Of paths that this table does not find the edge knows only: a token under /api, none else. */
  private static void refuseUnlessHeld(RouteDefinition definition, Admission admission) {
    var paths = arguments(definition, "Path");
    var api = paths.stream().filter(path -> path.startsWith(API)).count();
    var held =
        !paths.isEmpty()
            && ((admission.equals(Admission.OPEN) && api == 0)
                || (admission.equals(Admission.TOKEN) && api == paths.size()));
    if (!held) {
      throw new IllegalStateException(
          "route %s: who may call it can be held only with the predicates Path (without wildcards but a last /**) and Method; with others let all its paths begin with /api/, or let none and say metadata.access open"
              .formatted(definition.getId()));
    }
  }

  private void add(
      String pattern, @Nullable Route route, Admission admission, Set<String> methods) {
    if (route == null) {
      throw new IllegalStateException("no route was built for " + pattern);
    }
    (pattern.endsWith(SUBTREE) ? subtrees : literal)
        .compute(path(pattern), (_, next) -> new Entry(route, admission, methods, next));
  }

  /** Empty when this table must leave the route to the framework. */
  private static List<String> plainPatterns(RouteDefinition definition) {
    var names = definition.getPredicates().stream().map(PredicateDefinition::getName).toList();
    if (!COVERED.containsAll(names) || Set.copyOf(names).size() < names.size()) {
      return List.of();
    }
    var patterns = arguments(definition, "Path");
    return patterns.stream().map(RouteTable::path).allMatch(RouteTable::isLiteral)
        ? patterns
        : List.of();
  }

  private static Set<String> methods(RouteDefinition definition) {
    return arguments(definition, "Method").stream()
        .map(org.springframework.http.HttpMethod::valueOf)
        .map(org.springframework.http.HttpMethod::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  private static List<String> arguments(RouteDefinition definition, String predicate) {
    return definition.getPredicates().stream()
        .filter(found -> predicate.equals(found.getName()))
        .flatMap(found -> found.getArgs().values().stream())
        .toList();
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

  /**
   * The route of this path; null when the table has none.
   *
   * @param path in its normal form
   */
  public @Nullable Entry find(String path, HttpMethod method) {
    var exact = literal.get(path);
    var found = exact == null ? null : exact.serving(method);
    for (var end = path.length(); found == null && end > 0; end = path.lastIndexOf('/', end - 1)) {
      var subtree = subtrees.get(path.substring(0, end));
      found = subtree == null ? null : subtree.serving(method);
    }
    return found;
  }

  /** Runs the route's filters, the last of which forwards the request. */
  public Mono<Void> follow(Route route, ServerWebExchange exchange) {
    exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, route);
    return filters.handle(exchange);
  }
}
