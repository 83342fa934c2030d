package io.gatehouse.auth.api;

import io.gatehouse.auth.web.StatelessChain;
import io.gatehouse.defaults.web.StrictJson;
import jakarta.validation.ValidatorFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/** Who may call {@code /api/**}: bearers of an access token in force, and nobody's session. */
@Configuration(proxyBeanMethods = false)
class ApiConfiguration {

  @Bean
  @Order(0)
  SecurityFilterChain api(HttpSecurity http, BearerTokens tokens, ApiErrors errors) {
    return StatelessChain.of(http)
        .securityMatcher("/api/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2ResourceServer(
            bearer ->
                bearer
                    .bearerTokenResolver(tokens::resolve)
                    .authenticationManagerResolver(_ -> tokens::authenticate)
                    .authenticationEntryPoint(errors)
                    .accessDeniedHandler(errors))
        .exceptionHandling(
            refusals -> refusals.authenticationEntryPoint(errors).accessDeniedHandler(errors))
        .build();
  }

  @Bean
  StrictJson strictJson(ValidatorFactory validation) {
    return new StrictJson(validation);
  }
}
