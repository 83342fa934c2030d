package io.gatehouse.gateway.routes;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.AdaptCachedBodyGlobalFilter;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.ForwardPathFilter;
import org.springframework.cloud.gateway.filter.ForwardRoutingFilter;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.LoadBalancerServiceInstanceCookieFilter;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.ReactiveLoadBalancerClientFilter;
import org.springframework.cloud.gateway.filter.RemoveCachedBodyFilter;
import org.springframework.cloud.gateway.filter.RouteToRequestUrlFilter;
import org.springframework.cloud.gateway.filter.WebsocketRoutingFilter;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.stereotype.Component;
import org.springframework.web.server.WebFilter;

/** Which routes the gateway's own forwarding can serve completely, and why others not. */
@Component
class Ways {
  /** They change a request's head and nothing else. */
  private static final Set<String> OF_THE_REQUESTS_HEAD =
      Set.of(
          "AddRequestHeader",
          "AddRequestHeadersIfNotPresent",
          "AddRequestParameter",
          "MapRequestHeader",
          "PrefixPath",
          "RemoveRequestHeader",
          "RemoveRequestParameter",
          "RewritePath",
          "RewriteRequestParameter",
          "SetPath",
          "SetRequestHeader",
          "StripPrefix");

  /** What forwarding stands for on the fast way. */
  private static final Set<Class<?>> STOOD_FOR =
      Set.of(
          AdaptCachedBodyGlobalFilter.class,
          ForwardPathFilter.class,
          ForwardRoutingFilter.class,
          LoadBalancerServiceInstanceCookieFilter.class,
          NettyRoutingFilter.class,
          NettyWriteResponseFilter.class,
          ReactiveLoadBalancerClientFilter.class,
          RemoveCachedBodyFilter.class,
          RouteToRequestUrlFilter.class,
          WebsocketRoutingFilter.class,
          WeightCalculatorWebFilter.class);

  /** What only the framework's own filters read. */
  private static final List<String> SETTINGS =
      Stream.of("httpclient", "loadbalancer", "filter.remove-hop-by-hop", "streaming-media-types")
          .map("spring.cloud.gateway.server.webflux."::concat)
          .toList();

  private final GatewayProperties properties;
  private final ObjectProvider<WebFilter> webFilters;
  private final ObjectProvider<GlobalFilter> globalFilters;
  private final ObjectProvider<HttpHeadersFilter> headersFilters;
  private final ConfigurableEnvironment environment;

  Ways(
      GatewayProperties properties,
      ObjectProvider<WebFilter> webFilters,
      ObjectProvider<GlobalFilter> globalFilters,
      ObjectProvider<HttpHeadersFilter> headersFilters,
      ConfigurableEnvironment environment) {
    this.properties = properties;
    this.webFilters = webFilters;
    this.globalFilters = globalFilters;
    this.headersFilters = headersFilters;
    this.environment = environment;
  }

  /** Why no route can go the fast way; empty when some can. */
  String whyNone() {
    return Stream.of(webFilters, globalFilters, headersFilters)
        .flatMap(ObjectProvider::stream)
        .filter(Ways::isATeams)
        .map(filter -> "the filter " + filter.getClass().getSimpleName() + " sees every request")
        .findFirst()
        .or(() -> setting().map(key -> key + " is set"))
        .orElse("");
  }

  private static boolean isATeams(Object filter) {
    return !(filter instanceof OwnFilter)
        && !STOOD_FOR.contains(filter.getClass())
        && !(filter instanceof HttpHeadersFilter headers && isTheFrameworks(headers));
  }

  /** Which headers pass between hops, forwarding decides on the fast way. */
  private static boolean isTheFrameworks(HttpHeadersFilter filter) {
    return filter.getClass().getName().startsWith("org.springframework.cloud.gateway.");
  }

  /** Of the framework's own parts, which the fast way does not use. */
  private Optional<String> setting() {
    if (Settings.springChoosesInstances(environment)) {
      return Optional.of(Settings.LOAD_BALANCER_CONFIGURATIONS);
    }
    return SETTINGS.stream().flatMap(name -> setByATeam(name).stream()).findFirst();
  }

  private Optional<String> setByATeam(String name) {
    return Settings.under(
        environment.getPropertySources().stream()
            .filter(
                source -> !source.getName().contains("'class path resource [application.yml]'")),
        name);
  }

  /**
   * Why this route cannot go the fast way; empty when it can.
   *
   * @param definition null for a route that was built by code
   */
  String why(Route route, @Nullable RouteDefinition definition, RouteMetadata metadata) {
    var scheme = String.valueOf(route.getUri().getScheme());
    if (!scheme.equals("lb") || route.getUri().getHost() == null) {
      return "its uri is " + route.getUri();
    }
    if (definition == null && !route.getFilters().isEmpty()) {
      return "its filters are built by code";
    }
    var filter =
        definition == null
            ? null
            : Stream.of(properties.getDefaultFilters(), definition.getFilters())
                .filter(Objects::nonNull)
                .flatMap(Collection::stream)
                .map(FilterDefinition::getName)
                .filter(name -> !OF_THE_REQUESTS_HEAD.contains(name))
                .findFirst()
                .orElse(null);
    if (filter != null) {
      return "its filter " + filter;
    }
    if (!metadata.ofTheFrameworksClient().isEmpty()) {
      return "its metadata." + metadata.ofTheFrameworksClient();
    }
    if (metadata.protocol() != null) {
      return "its metadata.protocol";
    }
    return metadata.maxBody() > RouteMetadata.MOST_HELD ? "its bodies stream" : "";
  }
}
