package io.gatehouse.bench;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Profile;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import reactor.core.publisher.Mono;

/**
 * The gateway as the manuals of Spring Cloud Gateway and Spring Security have it. With a first
 * argument {@code upstream} or {@code redis} it is the bench's upstream or Redis instead.
 */
@SpringBootApplication
public class StockGateway {

  public static void main(String[] args) throws Exception {
    switch (args.length == 0 ? "" : args[0]) {
      case "upstream" -> Upstream.run(Integer.parseInt(args[1]), args[2]);
      case "redis" -> Upstream.redis(Integer.parseInt(args[1]));
      default -> SpringApplication.run(StockGateway.class, args);
    }
  }

  /** A resource server, every path but the actuator's behind a token. */
  @Bean
  @Profile("!bare")
  SecurityWebFilterChain resourceServer(ServerHttpSecurity http) {
    return http.authorizeExchange(
            exchange ->
                exchange.pathMatchers("/actuator/**").permitAll().anyExchange().authenticated())
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .csrf(ServerHttpSecurity.CsrfSpec::disable)
        .build();
  }

  /** As Boot makes it, but for access tokens as RFC 9068 has them: {@code typ: at+jwt}. */
  @Bean
  @Profile("!bare")
  ReactiveJwtDecoder decoder(
      @Value("${spring.security.oauth2.resourceserver.jwt.jwk-set-uri}") String keys) {
    var decoder = NimbusReactiveJwtDecoder.withJwkSetUri(keys).validateType(false).build();
    decoder.setJwtValidator(new JwtTimestampValidator());
    return decoder;
  }

  @Bean
  @Profile("bare")
  SecurityWebFilterChain open(ServerHttpSecurity http) {
    return http.authorizeExchange(exchange -> exchange.anyExchange().permitAll())
        .csrf(ServerHttpSecurity.CsrfSpec::disable)
        .build();
  }

  @Bean
  KeyResolver subject() {
    return exchange ->
        exchange
            .getPrincipal()
            .map(java.security.Principal::getName)
            .switchIfEmpty(Mono.just("anonymous"));
  }
}
