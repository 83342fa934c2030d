package io.gatehouse.gateway.routes;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.filter.factory.AddResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.handler.predicate.HeaderRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.MethodRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PathRoutePredicateFactory;
import org.springframework.cloud.gateway.handler.predicate.PredicateDefinition;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.RouteDefinition;
import org.springframework.cloud.gateway.route.RouteDefinitionRouteLocator;
import org.springframework.cloud.gateway.support.ConfigurationService;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.format.support.DefaultFormattingConversionService;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;

/** A route table of the routes and settings that a test makes up. */
abstract class RouteTableFixture {
  final StandardEnvironment environment = new StandardEnvironment();

  void setVariable(String name, String value) {
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));
  }

  static Map<String, Object> said(@Nullable String metadata) {
    if (metadata == null) {
      return Map.of();
    }
    var pair = metadata.split(": ");
    return Map.of(pair[0], pair[1]);
  }

  static RouteDefinition route(String id, String uri, String... predicates) {
    var definition = new RouteDefinition();
    definition.setId(id);
    definition.setUri(URI.create(uri));
    definition.setPredicates(Stream.of(predicates).map(PredicateDefinition::new).toList());
    return definition;
  }

  void set(String key, String value) {
    environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(key, value)));
  }

  @SuppressWarnings({"rawtypes", "unchecked"}) // As the framework's locator has them.
  RouteTable table(RouteDefinition... definitions) {
    var properties = new GatewayProperties();
    var nothing = new StaticListableBeanFactory();
    List<RoutePredicateFactory> predicates =
        List.of(
            new PathRoutePredicateFactory(new WebFluxProperties()),
            new MethodRoutePredicateFactory(),
            new HeaderRoutePredicateFactory());
    List<GatewayFilterFactory> filters =
        List.of(new AddResponseHeaderGatewayFilterFactory(), new StripPrefixGatewayFilterFactory());
    var check =
        new RouteCheck(
            List.copyOf((List) filters), List.copyOf((List) predicates), properties, environment);
    var configuration =
        new ConfigurationService(
            new DefaultListableBeanFactory(), DefaultFormattingConversionService::new, () -> null);
    configuration.setApplicationEventPublisher(_ -> {});
    var locator =
        new RouteDefinitionRouteLocator(
            () -> Flux.just(definitions), predicates, filters, properties, configuration);
    var table =
        new RouteTable(
            () -> Flux.just(definitions),
            locator,
            check,
            new Ways(
                properties,
                nothing.getBeanProvider(WebFilter.class),
                nothing.getBeanProvider(GlobalFilter.class),
                nothing.getBeanProvider(HttpHeadersFilter.class),
                environment),
            List.of(new OwnEndpoint("health", Admission.PROBE, "/health")),
            List.of(),
            nothing.getBeanProvider(WeightCalculatorWebFilter.class),
            environment,
            new SimpleMeterRegistry());
    table.afterSingletonsInstantiated();
    return table;
  }
}
