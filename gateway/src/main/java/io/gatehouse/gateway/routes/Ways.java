package io.gatehouse.gateway.routes;

import java.util.Collection;
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

  private static final String CLIENT = "spring.cloud.gateway.server.webflux.httpclient";

  private final GatewayProperties properties;
  private final ObjectProvider<WebFilter> webFilters;
  private final ObjectProvider<GlobalFilter> globalFilters;
  private final ConfigurableEnvironment environment;

  Ways(
      GatewayProperties properties,
      ObjectProvider<WebFilter> webFilters,
      ObjectProvider<GlobalFilter> globalFilters,
      ConfigurableEnvironment environment) {
    this.properties = properties;
    this.webFilters = webFilters;
    this.globalFilters = globalFilters;
    this.environment = environment;
  }

  /** Why no route can go the fast way; empty when some can. */
  String whyNone() {
    return Stream.concat(webFilters.stream(), globalFilters.stream())
        .filter(Ways::isATeams)
        .map(filter -> "the filter " + filter.getClass().getSimpleName() + " sees every request")
        .findFirst()
        .or(() -> clientSetting().map(key -> key + " is set"))
        .orElse("");
  }

  private static boolean isATeams(Object filter) {
    return !(filter instanceof OwnFilter) && !STOOD_FOR.contains(filter.getClass());
  }

  /** Of the framework's client and choice of instances, which the fast way does not use. */
  private Optional<String> clientSetting() {
    if (Settings.springChoosesInstances(environment)) {
      return Optional.of(Settings.LOAD_BALANCER_CONFIGURATIONS);
    }
    return Settings.under(
        environment.getPropertySources().stream()
            .filter(
                source -> !source.getName().contains("'class path resource [application.yml]'")),
        CLIENT);
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
