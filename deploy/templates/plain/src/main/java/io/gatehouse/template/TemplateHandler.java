package io.gatehouse.template;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.defaults.web.QueryParameters;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * The calls of {@code /api/template}.
 *
 * <p>A right is one line: a scope, and a role where it matters.
 */
@Configuration(proxyBeanMethods = false)
class TemplateHandler {
  private static final String NAME = "template";
  private static final String READ = NAME + ".read";

  @Bean
  RouterFunction<ServerResponse> routes() {
    return ApiRoutes.table().get("/api/" + NAME, this::read).build();
  }

  /** What clients get: the service's name, and for whom it works. */
  record Hello(String service, String subject) {}

  private Mono<ServerResponse> read(ServerRequest request) {
    var caller = AccessToken.of(request.exchange());
    caller.requireScope(READ);
    QueryParameters.none(request);
    return ServerResponse.ok().bodyValue(new Hello(NAME, caller.subject()));
  }
}
