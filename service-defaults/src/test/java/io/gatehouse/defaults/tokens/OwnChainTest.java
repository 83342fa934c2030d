package io.gatehouse.defaults.tokens;

import static io.gatehouse.defaults.tokens.ThingsApplication.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.web.WebAutoConfiguration;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationToken;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.security.web.server.firewall.ServerWebExchangeFirewall;
import org.springframework.security.web.server.firewall.StrictServerWebExchangeFirewall;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;

/** A service says its own rules in Spring Security's words, and keeps the platform's answers. */
class OwnChainTest {

  @Configuration(proxyBeanMethods = false)
  static class Rules {
    @Bean
    SecurityWebFilterChain rules(ServerHttpSecurity http) {
      return http.authorizeExchange(
              paths ->
                  paths
                      .pathMatchers("/news")
                      .permitAll()
                      .pathMatchers("/everything")
                      .hasAuthority("SCOPE_orders.read")
                      .anyExchange()
                      .authenticated())
          .build();
    }
  }

  /** Leaves everything to annotations. */
  @Configuration(proxyBeanMethods = false)
  static class NoRules {
    @Bean
    SecurityWebFilterChain noRules(ServerHttpSecurity http) {
      return http.build();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class Firewall {
    @Bean
    ServerWebExchangeFirewall firewall() {
      return new StrictServerWebExchangeFirewall();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class NoKeysYet {
    @Bean
    @Primary
    SigningKeys noKeys() {
      return new SigningKeys(Mono.never(), Clock.systemUTC());
    }
  }

  @Test
  void ownRules_replaceOurs_andAnswerAsThePlatformDoes() {
    try (var service = ThingsApplication.start(Rules.class)) {
      var client = ThingsApplication.client(service, "local.server.port");
      var orders = ISSUER.token(claims -> claims.claim("scope", "orders.read"));
      var users = ISSUER.token(claims -> claims.claim("scope", "users.read"));

      assertThat(service.getBeansOfType(SecurityWebFilterChain.class)).containsOnlyKeys("rules");
      is(200, null, client, "/everything", "Bearer " + orders);
      is(403, "FORBIDDEN", client, "/everything", "Bearer " + users)
          .expectHeader()
          .valueEquals("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
      is(401, "UNAUTHENTICATED", client, "/everything")
          .expectHeader()
          .valueEquals("WWW-Authenticate", "Bearer");
      is(401, "UNAUTHENTICATED", client, "/news", "Bearer forged");
      is(401, "UNAUTHENTICATED", client, "/mine", "Bearer " + users, "Bearer " + users);
      is(200, null, client, "/news").expectHeader().doesNotExist("X-Frame-Options");
      is(200, null, client, "/rights", "Bearer " + users);
      is(403, "FORBIDDEN", client, "/rights", "Bearer " + orders);
      is(403, "FORBIDDEN", client, "/things", "Bearer " + orders);
    }
  }

  @Test
  void managementPort_isNoMatterOfOwnRules() {
    try (var service = ThingsApplication.start(Rules.class)) {
      var management = ThingsApplication.client(service, "local.management.port");

      is(200, null, management, "/actuator/health/liveness");
    }
  }

  @Test
  void annotationsAlone_answerAsThePlatformDoes() {
    try (var service = ThingsApplication.start(NoRules.class)) {
      var client = ThingsApplication.client(service, "local.server.port");

      is(200, null, client, "/everything");
      is(200, null, client, "/things", "Bearer " + ISSUER.user("u"));
      is(401, "UNAUTHENTICATED", client, "/things");
      is(403, "FORBIDDEN", client, "/things/all", "Bearer " + ISSUER.user("u"));
      is(401, "UNAUTHENTICATED", client, "/everything", "Bearer forged");
    }
  }

  @Test
  void ownFirewall_answersAsThePlatformDoes() {
    try (var service = ThingsApplication.start(Firewall.class)) {
      var client = ThingsApplication.client(service, "local.server.port");

      is(400, "MALFORMED_REQUEST", client, "/everything;a=b", "Bearer " + ISSUER.user("u"));
      is(200, null, client, "/everything", "Bearer " + ISSUER.user("u"));
    }
  }

  @Test
  void goodToken_isToBeTriedAgain_whileNoKeysAreLoaded() {
    for (var rules : List.<Class<?>>of(NoKeysYet.class, Rules.class)) {
      try (var service = ThingsApplication.start(NoKeysYet.class, rules)) {
        var client = ThingsApplication.client(service, "local.server.port");

        is(503, "SERVICE_UNAVAILABLE", client, "/mine", "Bearer " + ISSUER.user("u"))
            .expectHeader()
            .exists("Retry-After");
      }
    }
  }

  @Test
  void service_doesNotStart_whenNothingWouldCheckTokens() {
    var runner =
        new ReactiveWebApplicationContextRunner()
            .withConfiguration(
                AutoConfigurations.of(
                    ResourceServerAutoConfiguration.class,
                    TokensAutoConfiguration.class,
                    WebAutoConfiguration.class))
            .withClassLoader(new FilteredClassLoader(JwtAuthenticationToken.class));

    runner.run(
        context ->
            assertThat(context)
                .getFailure()
                .rootCause()
                .hasMessageContaining("spring-boot-starter-security-oauth2-resource-server"));
  }

  private static WebTestClient.ResponseSpec is(
      int status, String code, WebTestClient client, String path, String... authorization) {
    var request = client.get().uri(path);
    if (authorization.length > 0) {
      request.header("Authorization", authorization);
    }
    var answer = request.exchange();
    answer.expectStatus().isEqualTo(status);
    if (code != null) {
      answer.expectBody().jsonPath("$.error.code").isEqualTo(code);
    }
    return answer;
  }
}
