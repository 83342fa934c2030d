package io.gatehouse.gateway.graphql;

import io.gatehouse.defaults.web.JsonBodies;
import io.gatehouse.gateway.calls.Callers;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.OwnEndpoint;
import java.util.concurrent.CompletableFuture;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** Builds the endpoint; the schema is read beside the rest of the start. */
@Configuration(proxyBeanMethods = false)
class GraphQlConfiguration {

  /** Wrapped, so that no other future is ever taken for it. */
  record Starting(CompletableFuture<GraphQlEngine> engine) {}

  @Bean
  Starting graphQlEngine(
      GraphQlProperties properties, @Value("${gatehouse.demo:false}") boolean demo) {
    var engine = new CompletableFuture<GraphQlEngine>();
    Thread.ofVirtual()
        .name("graphql-schema")
        .start(
            () ->
                engine.completeAsync(
                    () ->
                        new GraphQlEngine(BoundSchema.read(properties.schema()), properties, demo),
                    Runnable::run));
    return new Starting(engine);
  }

  @Bean
  OwnEndpoint graphQlEndpoint() {
    return new OwnEndpoint("graphql", Admission.TOKEN, "/graphql");
  }

  @Bean
  RouterFunction<ServerResponse> graphQlRoutes(
      Starting starting,
      GraphQlProperties properties,
      Callers callers,
      JsonBodies bodies,
      JsonMapper json) {
    var handler = new GraphQlHandler(starting.engine(), callers, bodies, json, properties);
    return RouterFunctions.route(RequestPredicates.path("/graphql"), handler::handle);
  }

  /** A schema that cannot be used stops the start. */
  @Bean
  ApplicationRunner graphQlReady(Starting starting) {
    return _ -> starting.engine().join();
  }
}
