package io.gatehouse.bench;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.web.SecurityFilterChain;

/**
 * An order service as the manuals of WebMVC, Spring Security and Spring Data JPA have it, on
 * virtual threads: rows that are updated in place, with no events, no chain and no idempotency.
 */
@SpringBootApplication
public class StockOrders {

  public static void main(String[] arguments) {
    SpringApplication.run(StockOrders.class, arguments);
  }

  /** A resource server, with the scope that every call here needs. */
  @Bean
  SecurityFilterChain resourceServer(HttpSecurity http) {
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers("/actuator/**")
                    .permitAll()
                    .anyRequest()
                    .hasAuthority("SCOPE_orders.write"))
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .build();
  }

  /** As Boot makes it, but for access tokens as RFC 9068 has them: {@code typ: at+jwt}. */
  @Bean
  JwtDecoder decoder(
      @Value("${spring.security.oauth2.resourceserver.jwt.jwk-set-uri}") String keys) {
    var decoder = NimbusJwtDecoder.withJwkSetUri(keys).validateType(false).build();
    decoder.setJwtValidator(new JwtTimestampValidator());
    return decoder;
  }
}
