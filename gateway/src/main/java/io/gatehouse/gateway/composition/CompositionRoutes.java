package io.gatehouse.gateway.composition;

import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.gateway.calls.Callers;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.OwnEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** One route for each declared composition. */
@Configuration(proxyBeanMethods = false)
class CompositionRoutes {

  @Bean
  OwnEndpoint compositionsEndpoint(CompositionProperties declared) {
    return new OwnEndpoint(
        "compositions",
        Admission.TOKEN,
        declared.compositions().entrySet().stream()
            .map(each -> Composition.of(each.getKey(), each.getValue()).path())
            .toList());
  }

  @Bean
  RouterFunction<ServerResponse> compositions(
      CompositionProperties declared, Callers callers, JsonMapper json, MeterRegistry meters) {
    var routes = ApiRoutes.table();
    declared
        .compositions()
        .forEach(
            (name, declaration) -> {
              var composition = Composition.of(name, declaration);
              var handler = new CompositionHandler(composition, callers, json, meters);
              routes.get(composition.path(), handler::answer);
            });
    return routes.build();
  }
}
