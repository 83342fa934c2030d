package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteDefinition;
import reactor.core.publisher.Flux;

class RouteTableTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Path=/inventory/**,Header=X-Canary | ",
        "Path=/inventory/{id}               | token",
        "Path=/inventory/**,Header=X-Canary | optional",
        "Path=/api/inventory/{id}           | optional",
        "Path=/api/inventory/{id}           | open",
        "Host=inventory.example.com         | open"
      })
  void route_stopsTheStart_whenItsAccessCannotBeHeld(String predicates, @Nullable String access) {
    assertThatThrownBy(() -> table(predicates, access))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("route inventory: who may call it can be held only with");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Path=/api/inventory/{id}           | token",
        "Path=/api/inventory/**,Header=X-Canary | ",
        "Path=/inventory/**,Header=X-Canary | open"
      })
  void route_isLeftToTheFramework_whenTheEdgeHoldsItsAccessAnyway(
      String predicates, @Nullable String access) {
    assertThat(table(predicates, access).find("/inventory/1", HttpMethod.GET)).isNull();
  }

  @Test
  void route_asksForAToken_whenItSaysNothing() {
    var found = table("Path=/inventory/**", null).find("/inventory/1", HttpMethod.GET);

    assertThat(found).isNotNull();
    assertThat(found.admission()).isEqualTo(Admission.TOKEN);
  }

  private static RouteTable table(String predicates, @Nullable String access) {
    var definition = new RouteDefinition("inventory=lb://inventory-service," + predicates);
    definition.setMetadata(access == null ? Map.of() : Map.of("access", access));
    var properties = new GatewayProperties();
    properties.setRoutes(List.of(definition));
    var route =
        Route.async().id("inventory").uri("lb://inventory-service").predicate(_ -> true).build();
    var table =
        new RouteTable(
            properties, () -> Flux.just(route), new FilteringWebHandler(List.of(), false));
    table.afterSingletonsInstantiated();
    return table;
  }
}
