package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.filter.FilterDefinition;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;

class RouteTableTest extends RouteTableFixture {
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

  @Test
  void predicates_areOnlyAsked_aboutTheirPaths() {
    var table =
        table(
            route("wild", "lb://a-service", "Path=/a/*/b,/a/*/b/*"),
            route("by-header", "lb://a-service", "Path=/c", "Header=X-A"),
            route("any", "lb://a-service", "Path=/{id}/d"),
            route("others", "lb://a-service", "Path=/**"));

    assertThat(decide(table, "/a/1/b").id()).isEqualTo("wild");
    assertThat(decide(table, "/a/1/b/").id()).isEqualTo("wild");
    assertThat(decide(table, "/a/1/b/2").id()).isEqualTo("wild");
    assertThat(decide(table, "/a/1/c").id()).isEqualTo("others");
    assertThat(decide(table, "/c").id()).isEqualTo("others");
    assertThat(decide(table, "/e/d").id()).isEqualTo("any");
    for (var path : List.of("/a", "/a/1/c", "/a/1/b/2/3", "/a//b", "/c/e", "/e/f", "/")) {
      assertThat(asks(table, path)).as(path).isFalse();
    }
    assertThat(asks(table, "/c")).isTrue();
  }

  @Test
  void predicates_areAlwaysAsked_whereNobodyKnowsTheirPaths() {
    for (var predicate : List.of("Header=X-A", "Path=b/*/c")) {
      var table =
          table(
              route("asking", "lb://a-service", predicate),
              route("others", "lb://a-service", "Path=/**"));

      assertThat(asks(table, "/a")).as(predicate).isTrue();
    }
  }

  private static boolean asks(RouteTable table, String path) {
    return table.decide(path, HttpMethod.GET, () -> exchange(path, HttpMethod.GET)).later() != null;
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
  @CsvSource({
    "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_HTTPCLIENT_CONNECTTIMEOUT, 100",
    "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_LOADBALANCER_USE404, true",
    "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_FILTER_REMOVEHOPBYHOP_HEADERS_0, x-a",
    "SPRING_CLOUD_GATEWAY_SERVER_WEBFLUX_STREAMINGMEDIATYPES_0, text/event-stream",
    "SPRING_CLOUD_LOADBALANCER_CONFIGURATIONS, zone-preference"
  })
  void way_isTheFrameworks_forWhatItsOwnPartsRead_asAVariableToo(String variable, String value) {
    setVariable(variable, value);

    assertThat(decide(table(route("a", "lb://a-service", "Path=/a/**")), "/a/1").way())
        .isEqualTo(RouteEntry.Way.FRAMEWORK);
  }

  private static RouteEntry decide(RouteTable table, String path) {
    return decide(table, path, HttpMethod.GET);
  }

  private static RouteEntry decide(RouteTable table, String path, HttpMethod method) {
    var decision = table.decide(path, method, () -> exchange(path, method));
    return decision.now() != null ? decision.now() : decision.later().block();
  }

  private static MockServerWebExchange exchange(String path, HttpMethod method) {
    return MockServerWebExchange.from(
        MockServerHttpRequest.method(
            org.springframework.http.HttpMethod.valueOf(method.name()), path));
  }
}
