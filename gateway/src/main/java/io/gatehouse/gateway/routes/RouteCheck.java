package io.gatehouse.gateway.routes;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.stereotype.Component;

/** Stops the start, with a sentence, at what a route or a setting asks for and cannot get. */
@Component
class RouteCheck {
  private static final String FORMER_PREFIX = "spring.cloud.gateway.";
  private static final String PREFIX = FORMER_PREFIX + "server.webflux.";
  private static final Set<String> SCHEMES =
      Set.of("http", "https", "ws", "wss", "lb", "forward", "no");
  private static final Set<String> BALANCED = Set.of("http", "https", "ws", "wss");

  /** Settings of the framework's that another one of ours decides. */
  private static final List<Refused> REFUSED =
      List.of(
          new Refused("globalcors", "set gatehouse.cors-origins instead"),
          new Refused("trusted-proxies", "set gatehouse.trusted-proxies instead"),
          new Refused("x-forwarded", "services always get X-Forwarded-* as the gateway verified"),
          new Refused("forwarded", "services get X-Forwarded-* as the gateway verified instead"));

  /** Names of Spring Cloud Gateway 4.2 and before, which the framework reads no more. */
  private static final List<String> MOVED =
      List.of(
          "routes",
          "default-filters",
          "discovery",
          "enabled",
          "fail-on-route-definition-error",
          "filter",
          "global-filter",
          "handler-mapping",
          "httpclient",
          "httpserver",
          "loadbalancer",
          "metrics",
          "observability",
          "predicate",
          "redis-rate-limiter",
          "route-filter-cache-enabled",
          "set-status",
          "streaming-media-types");

  /** What Spring Cloud's own choices of an instance read, and the gateway's does not. */
  private static final List<String> OF_SPRINGS_LOAD_BALANCERS =
      List.of("hint", "hint-header-name", "sticky-session", "subset", "zone", "api-version");

  private final Set<String> filters;
  private final Set<String> predicates;

  private record Refused(String name, String instead) {}

  RouteCheck(
      List<GatewayFilterFactory<?>> filters,
      List<RoutePredicateFactory<?>> predicates,
      GatewayProperties properties,
      ConfigurableEnvironment environment) {
    this.filters =
        filters.stream().map(GatewayFilterFactory::name).collect(Collectors.toUnmodifiableSet());
    this.predicates =
        predicates.stream()
            .map(RoutePredicateFactory::name)
            .collect(Collectors.toUnmodifiableSet());
    refuseSettings(environment);
    known("default-filters", properties.getDefaultFilters());
  }

  private static void refuseSettings(ConfigurableEnvironment environment) {
    for (var refused : REFUSED) {
      refuse(environment, PREFIX + refused.name, refused.instead);
      refuse(environment, FORMER_PREFIX + refused.name, refused.instead);
    }
    MOVED.forEach(name -> refuse(environment, FORMER_PREFIX + name, "write " + PREFIX + name));
    if (!Settings.springChoosesInstances(environment)) {
      OF_SPRINGS_LOAD_BALANCERS.forEach(
          name ->
              refuse(
                  environment,
                  Settings.LOAD_BALANCER + name,
                  "say which of Spring Cloud's choices reads it, by "
                      + Settings.LOAD_BALANCER_CONFIGURATIONS));
    }
  }

  private static void refuse(ConfigurableEnvironment environment, String name, String instead) {
    Settings.under(environment.getPropertySources().stream(), name)
        .ifPresent(
            set -> {
              throw new IllegalStateException(set + " is not obeyed by this gateway: " + instead);
            });
  }

  /** Before it is built: whether all that it names is there. */
  void definition(RouteDefinition definition) {
    var route = "route " + definition.getId();
    if (definition.getPredicates().isEmpty()) {
      throw new IllegalStateException(route + " has no predicate; say at least a Path");
    }
    for (var name :
        definition.getPredicates().stream().map(PredicateDefinition::getName).toList()) {
      if (!predicates.contains(name)) {
        throw unknown(route, "predicate", name, predicates);
      }
    }
    known(route, definition.getFilters());
  }

  private void known(String where, List<FilterDefinition> used) {
    for (var filter : used) {
      var name = String.valueOf(filter.getName());
      if (!filters.contains(name)) {
        throw unknown(where, "filter", name, filters);
      }
    }
  }

  private static IllegalStateException unknown(
      String where, String kind, String name, Set<String> known) {
    return new IllegalStateException(
        "%s: there is no %s %s; there are %s"
            .formatted(
                where, kind, name, known.stream().sorted().collect(Collectors.joining(", "))));
  }

  /** Whether its target can be reached by any filter of the gateway's. */
  void route(Route route) {
    var uri = route.getUri();
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!SCHEMES.contains(scheme)) {
      throw unreachable(route, "must begin with http, https, ws, wss, lb, lb:ws or forward");
    }
    if (scheme.equals("lb")) {
      var balanced = uri.getHost() == null ? nested(route) : uri;
      if (balanced.getHost() == null) {
        throw unreachable(
            route, "names no service: letters, digits and hyphens, as in lb://a-service");
      }
    }
  }

  private static URI nested(Route route) {
    try {
      var nested = URI.create(route.getUri().getSchemeSpecificPart());
      if (nested.getScheme() == null || BALANCED.contains(nested.getScheme())) {
        return nested;
      }
    } catch (IllegalArgumentException unreadable) {
      throw unreachable(route, "cannot be read after lb:");
    }
    throw unreachable(route, "must go on with ws, wss, http or https after lb:");
  }

  private static IllegalStateException unreachable(Route route, String why) {
    return new IllegalStateException(
        "route %s: its uri %s %s".formatted(route.getId(), route.getUri(), why));
  }
}
