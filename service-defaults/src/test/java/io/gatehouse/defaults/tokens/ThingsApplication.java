package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiRoutes;
import io.gatehouse.testing.TestTokens;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** A service as a team writes it that knows Spring Security and nothing of ours. */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(ThingsApplication.Things.class)
class ThingsApplication {
  static final TestTokens ISSUER = new TestTokens();

  static ConfigurableApplicationContext start(Class<?>... further) {
    return new SpringApplicationBuilder(ThingsApplication.class)
        .sources(further)
        .web(WebApplicationType.REACTIVE)
        .run(
            "--server.port=0",
            "--server.address=127.0.0.1",
            "--management.server.port=0",
            "--eureka.client.enabled=false",
            "--spring.config.import=classpath:gatehouse-defaults.yml",
            "--gatehouse.drain=0s");
  }

  static WebTestClient client(ConfigurableApplicationContext service, String port) {
    var url = "http://127.0.0.1:" + service.getEnvironment().getRequiredProperty(port);
    return WebTestClient.bindToServer().baseUrl(url).build();
  }

  @Bean
  SigningKeys signingKeys() {
    var keys = new SigningKeys(Mono.just(ISSUER.jwks()), Clock.systemUTC());
    keys.refresh().block();
    return keys;
  }

  @Bean
  OpenPath news() {
    return request -> request.getPath().value().equals("/news");
  }

  @Bean
  RouterFunction<ServerResponse> routes() {
    return ApiRoutes.table()
        .get("/news", _ -> ServerResponse.ok().bodyValue("news"))
        .get(
            "/rights",
            request -> {
              var caller = AccessToken.of(request.exchange());
              caller.requireScope("users.read");
              return ServerResponse.ok().bodyValue(caller.subject());
            })
        .build();
  }

  @RestController
  static class Things {

    @GetMapping("/things")
    @PreAuthorize("hasAuthority('SCOPE_users.read')")
    Mono<String> things() {
      return Mono.just("things");
    }

    @GetMapping("/things/all")
    @PreAuthorize("hasRole('ADMIN')")
    Mono<String> all() {
      return Mono.just("all");
    }

    @GetMapping("/mine")
    Mono<String> mine(@AuthenticationPrincipal Jwt token) {
      return Mono.just(token.getSubject() + " by " + token.getClaimAsString("client_id"));
    }

    @GetMapping("/authorities")
    Mono<List<String>> authorities(JwtAuthenticationToken caller) {
      return Mono.just(
          caller.getAuthorities().stream().map(GrantedAuthority::getAuthority).sorted().toList());
    }

    @GetMapping("/everything")
    Mono<Map<String, String>> everything() {
      return Mono.just(Map.of("every", "thing"));
    }
  }
}
