package io.gatehouse.gateway.health;

import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.OwnEndpoint;
import io.gatehouse.gateway.routes.RouteTable;
import io.gatehouse.gateway.upstreams.Upstreams;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** {@code GET /health}: UP while every route has an instance that answers. */
@Configuration(proxyBeanMethods = false)
class PlatformHealth {

  /** The answer while everything is there. */
  record Up(String status) {}

  /** The answer while something is missing. */
  record Down(String status, List<String> waitingFor) {}

  @Bean
  OwnEndpoint ownHealthEndpoint() {
    return new OwnEndpoint("health", Admission.PROBE, "/health");
  }

  @Bean
  RouterFunction<ServerResponse> healthRoutes(RouteTable routes, Upstreams upstreams) {
    return ApiRoutes.table().get("/health", _ -> health(routes, upstreams)).build();
  }

  private static Mono<ServerResponse> health(RouteTable routes, Upstreams upstreams) {
    var missing =
        routes.services().stream().filter(service -> !upstreams.answers(service)).toList();
    return ServerResponse.status(missing.isEmpty() ? 200 : 503)
        .contentType(MediaType.APPLICATION_JSON)
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .bodyValue(missing.isEmpty() ? new Up("UP") : new Down("DOWN", missing));
  }
}
