package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.FilterDefinition;

/** What a route or a setting says in vain stops the start, with a sentence. */
class RouteRefusalTest extends RouteTableFixture {
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
    "gateway.routes[0].id, write spring.cloud.gateway.server.webflux.routes",
    "gateway.httpclient.connect-timeout, write spring.cloud.gateway.server.webflux.httpclient",
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
        "SPRING_CLOUD_GATEWAY_ROUTES_0_ID",
        "SPRING_CLOUD_GATEWAY_DEFAULTFILTERS_0",
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
}
