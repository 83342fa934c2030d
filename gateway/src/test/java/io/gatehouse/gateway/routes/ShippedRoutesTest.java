package io.gatehouse.gateway.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.gateway.GatewayFixture;
import io.netty.handler.codec.http.HttpMethod;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** Asking a predicate of the framework costs more than all policies together. */
class ShippedRoutesTest extends GatewayFixture {
  @Autowired private RouteTable table;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/orders",
        "/api/orders/01a2/events",
        "/api/users",
        "/api/users/me",
        "/api/users/01a2/password",
        "/api/me/sign-ins",
        "/api/me/summary",
        "/oauth2/token",
        "/login",
        "/userinfo",
        "/.well-known/openid-configuration",
        "/console/",
        "/graphql",
        "/health",
        "/nothing"
      })
  void usualPaths_areDecided_withoutAskingPredicates(String path) {
    for (var method : new HttpMethod[] {HttpMethod.GET, HttpMethod.POST}) {
      var decision =
          table.decide(
              path,
              method,
              () -> {
                throw new AssertionError("a predicate was asked");
              });

      assertThat(decision.now()).isNotNull();
    }
  }
}
