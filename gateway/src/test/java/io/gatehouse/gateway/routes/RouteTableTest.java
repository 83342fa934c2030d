package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.handler.codec.http.HttpMethod;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.beans.factory.support.StaticListableBeanFactory;
import org.springframework.boot.webflux.autoconfigure.WebFluxProperties;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.WeightCalculatorWebFilter;
import org.springframework.cloud.gateway.filter.factory.AddResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory;
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
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Flux;

class RouteTableTest {
  private final StandardEnvironment environment = new StandardEnvironment();

  @Test
  void route_asksForAToken_whenItSaysNothing() {
    var found = decide(table(route("a", "lb://a-service", "Path=/a/**")), "/a/1");

    assertThat(found.admission()).isEqualTo(Admission.TOKEN);
    assertThat(found.way()).isEqualTo(RouteEntry.Way.FAST);
  }

  @ParameterizedTest
  @CsvSource({
    "/a, first",
    "/a/, first",
    "/a/1, second",
    "/a/special, second",
    "/b/1, third",
    "/b/1/c, third",
    "/b, catch-all",
    "/c, catch-all",
    "/, catch-all",
    "/health, health"
  })
  void firstRouteThatMatches_wins_afterTheGatewaysOwnPaths(String path, String id) {
    var table =
        table(
            route("first", "lb://a-service", "Path=/a"),
            route("second", "lb://a-service", "Path=/a/**"),
            route("never", "lb://a-service", "Path=/a/special"),
            route("third", "lb://a-service", "Path=/b/{id}/**"),
            route("catch-all", "lb://a-service", "Path=/**"));

    assertThat(decide(table, path).id()).isEqualTo(id);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /a/1, reads",
    "HEAD, /a/1, reads",
    "POST, /a/1, others",
    "GET, /b/1, reads-by-predicates",
    "HEAD, /b/1, reads-by-predicates",
    "POST, /b/1, others",
    "HEAD, /b/heads/1, heads"
  })
  void method_isPartOfTheMatch_andHeadGoesWhereGetDoes(String method, String path, String id) {
    var table =
        table(
            route("heads", "lb://a-service", "Path=/b/heads/{id}", "Method=HEAD"),
            route("reads", "lb://a-service", "Path=/a/**", "Method=GET"),
            route("reads-by-predicates", "lb://a-service", "Path=/b/{id}", "Method=GET"),
            route("others", "lb://a-service", "Path=/**"));

    assertThat(decide(table, path, HttpMethod.valueOf(method)).id()).isEqualTo(id);
  }

  @Test
  void plainRoutes_areFoundByTheirPath_withoutAskingPredicates() {
    var table =
        table(
            route("writes", "lb://a-service", "Path=/a/**", "Method=POST,PUT"),
            route("others", "lb://a-service", "Path=/a/**"));

    var decision =
        table.decide(
            "/a/1",
            HttpMethod.PUT,
            () -> {
              throw new AssertionError("a predicate was asked");
            });

    assertThat(decision.now().id()).isEqualTo("writes");
  }

  @ParameterizedTest
  @CsvSource({"/api/nothing, TOKEN", "/nothing, OPEN", "/apis, OPEN"})
  void nothing_isClosedUnderApi(String path, String access) {
    var found = decide(table(route("a", "lb://a-service", "Path=/a/**")), path);

    assertThat(found.way()).isEqualTo(RouteEntry.Way.NONE);
    assertThat(found.admission().access()).hasToString(access);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lb://a-service | StripPrefix=1           |                       | FAST",
        "lb://a-service | AddResponseHeader=X, y  |                       | FRAMEWORK",
        "lb://a-service |                         | max-body: 20MB        | FRAMEWORK",
        "lb://a-service |                         | response-timeout: 200 | FRAMEWORK",
        "lb://a-service |                         | protocol: h2c         | FRAMEWORK",
        "lb://a-service |                         | deadline: 10s         | FAST",
        "http://a.test  |                         |                       | FRAMEWORK",
        "lb:ws://a-service |                      |                       | FRAMEWORK"
      })
  void way_isFast_onlyWhereForwardingDoesAllThatTheRouteSays(
      String uri, @Nullable String filter, @Nullable String metadata, RouteEntry.Way way) {
    var definition = route("a", uri, "Path=/a/**");
    if (filter != null) {
      definition.setFilters(List.of(new FilterDefinition(filter)));
    }
    definition.setMetadata(said(metadata));

    assertThat(decide(table(definition), "/a/1").way()).isEqualTo(way);
  }

  @Test
  void way_isTheFrameworks_forAll_whileItsClientIsSet() {
    set("spring.cloud.gateway.server.webflux.httpclient.response-timeout", "2s");

    var found = decide(table(route("a", "lb://a-service", "Path=/a/**")), "/a/1");

    assertThat(found.way()).isEqualTo(RouteEntry.Way.FRAMEWORK);
    assertThat(found.why())
        .isEqualTo("spring.cloud.gateway.server.webflux.httpclient.response-timeout is set");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "lb://a-service   | Path=/a   | Foo=1 |                    | route a: there is no filter Foo; there are AddResponseHeader, StripPrefix",
        "lb://a-service   | Foo=/a    |       |                    | route a: there is no predicate Foo; there are Header, Method, Path",
        "lb://a-service   |           |       |                    | route a has no predicate; say at least a Path",
        "ftp://a.test     | Path=/a   |       |                    | route a: its uri ftp://a.test must begin with http, https, ws, wss, lb, lb:ws or forward",
        "lb:ftp://a       | Path=/a   |       |                    | route a: its uri lb:ftp://a must go on with ws, wss, http or https after lb:",
        "lb://a_service   | Path=/a   |       |                    | route a: its uri lb://a_service names no service: letters, digits and hyphens, as in lb://a-service",
        "lb://a-service   | Path=/a   |       | access: everybody  | route a: metadata.access is everybody, but must be one of token, optional, open",
        "lb://a-service   | Path=/a   |       | limit: none        | route a: metadata.limit is none, but must be one of user, anonymous, login",
        "lb://a-service   | Path=/a   |       | deadline: soon     | route a: metadata.deadline is soon, but must be a duration such as 10s",
        "lb://a-service   | Path=/a   |       | max-body: big      | route a: metadata.max-body is big, but must be a size such as 20MB",
        "lb://a-service   | Path=/a   |       | protocol: h3       | route a: metadata.protocol is h3, but must be one of h2, h2c",
        "lb://a-service   | Path=/a   |       | cors: true         | route a: metadata.cors is not obeyed; set gatehouse.cors-origins, which holds for all routes"
      })
  void route_stopsTheStart_withASentence(
      String uri,
      @Nullable String predicate,
      @Nullable String filter,
      @Nullable String metadata,
      String sentence) {
    var definition = predicate == null ? route("a", uri) : route("a", uri, predicate);
    if (filter != null) {
      definition.setFilters(List.of(new FilterDefinition(filter)));
    }
    definition.setMetadata(said(metadata));

    assertThatThrownBy(() -> table(definition))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(sentence);
  }

  @ParameterizedTest
  @CsvSource({
    "gateway.server.webflux.globalcors.cors-configurations, set gatehouse.cors-origins instead",
    "gateway.server.webflux.trusted-proxies, set gatehouse.trusted-proxies instead",
    "gateway.server.webflux.x-forwarded.for-enabled, services always get X-Forwarded-* as the gateway verified",
    "loadbalancer.hint.default, 'say which of Spring Cloud''s choices reads it, by spring.cloud.loadbalancer.configurations'",
    "loadbalancer.zone, 'say which of Spring Cloud''s choices reads it, by spring.cloud.loadbalancer.configurations'"
  })
  void setting_stopsTheStart_thatAnotherOneDecides(String key, String instead) {
    var name = "spring.cloud." + key;
    set(name, "x");

    assertThatThrownBy(() -> table(route("a", "lb://a-service", "Path=/a/**")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(name + " is not obeyed by this gateway: " + instead);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_TRUSTED_PROXIES",
        "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_TRUSTEDPROXIES",
        "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_GLOBALCORS_ADDTOSIMPLEURLHANDLERMAPPING",
        "SPRING_CLOUD_LOADBALANCER_HINTHEADERNAME"
      })
  void setting_stopsTheStart_asAVariableToo(String variable) {
    setVariable(variable, "x");

    assertThatThrownBy(() -> table(route("a", "lb://a-service", "Path=/a/**")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is not obeyed by this gateway");
  }

  @ParameterizedTest
  @CsvSource({
    "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_HTTPCLIENT_CONNECTTIMEOUT, 100",
    "SPRING_CLOUD_LOADBALANCER_CONFIGURATIONS, zone-preference"
  })
  void way_isTheFrameworks_forWhatItsOwnPartsRead_asAVariableToo(String variable, String value) {
    setVariable(variable, value);

    assertThat(decide(table(route("a", "lb://a-service", "Path=/a/**")), "/a/1").way())
        .isEqualTo(RouteEntry.Way.FRAMEWORK);
  }

  private void setVariable(String name, String value) {
    environment
        .getPropertySources()
        .addFirst(
            new SystemEnvironmentPropertySource(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));
  }

  private static Map<String, Object> said(@Nullable String metadata) {
    if (metadata == null) {
      return Map.of();
    }
    var pair = metadata.split(": ");
    return Map.of(pair[0], pair[1]);
  }

  private static RouteDefinition route(String id, String uri, String... predicates) {
    var definition = new RouteDefinition();
    definition.setId(id);
    definition.setUri(URI.create(uri));
    definition.setPredicates(Stream.of(predicates).map(PredicateDefinition::new).toList());
    return definition;
  }

  private void set(String key, String value) {
    environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of(key, value)));
  }

  private static RouteEntry decide(RouteTable table, String path) {
    return decide(table, path, HttpMethod.GET);
  }

  private static RouteEntry decide(RouteTable table, String path, HttpMethod method) {
    var exchange =
        MockServerWebExchange.from(
            MockServerHttpRequest.method(
                org.springframework.http.HttpMethod.valueOf(method.name()), path));
    var decision = table.decide(path, method, () -> exchange);
    return decision.now() != null ? decision.now() : decision.later().block();
  }

  @SuppressWarnings({"rawtypes", "unchecked"}) // As the framework's locator has them.
  private RouteTable table(RouteDefinition... definitions) {
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
