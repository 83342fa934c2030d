package io.gatehouse.bench;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.core.ReactiveRedisTemplate;
import org.springframework.data.redis.serializer.JacksonJsonRedisSerializer;
import org.springframework.data.redis.serializer.RedisSerializationContext;
import org.springframework.data.redis.serializer.StringRedisSerializer;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.oauth2.jwt.JwtTimestampValidator;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.oauth2.jwt.ReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import tools.jackson.databind.json.JsonMapper;

/**
 * A user service as the manuals of WebFlux, Spring Security, Spring Data R2DBC and Spring Data
 * Redis have it, on the tables of user-service. With a first argument {@code bare} it is the limit
 * instead, a handler that sends what one GET of Redis gives; with {@code stores} what all of them
 * stand on.
 */
@SpringBootApplication
public class StockUsers {
  static final Duration TTL = Duration.ofHours(1);

  public static void main(String[] arguments) throws Exception {
    switch (arguments.length == 0 ? "" : arguments[0]) {
      case "bare" -> Bare.run(Integer.parseInt(arguments[1]), arguments[2], arguments[3]);
      case "stores" ->
          Stores.run(
              Path.of(arguments[1]),
              Integer.parseInt(arguments[2]),
              Integer.parseInt(arguments[3]),
              Integer.parseInt(arguments[4]));
      default -> SpringApplication.run(StockUsers.class, arguments);
    }
  }

  /** A resource server, with the scopes that the calls need. */
  @Bean
  SecurityWebFilterChain resourceServer(ServerHttpSecurity http) {
    return http.authorizeExchange(
            exchange ->
                exchange
                    .pathMatchers("/actuator/**")
                    .permitAll()
                    .pathMatchers(HttpMethod.GET)
                    .hasAuthority("SCOPE_users.read")
                    .anyExchange()
                    .hasAuthority("SCOPE_users.write"))
        .oauth2ResourceServer(server -> server.jwt(Customizer.withDefaults()))
        .csrf(ServerHttpSecurity.CsrfSpec::disable)
        .build();
  }

  /** As Boot makes it, but for access tokens as RFC 9068 has them: {@code typ: at+jwt}. */
  @Bean
  ReactiveJwtDecoder decoder(
      @Value("${spring.security.oauth2.resourceserver.jwt.jwk-set-uri}") String keys) {
    var decoder = NimbusReactiveJwtDecoder.withJwkSetUri(keys).validateType(false).build();
    decoder.setJwtValidator(new JwtTimestampValidator());
    return decoder;
  }

  @Bean
  ReactiveRedisTemplate<String, User> cachedUsers(
      ReactiveRedisConnectionFactory connections, JsonMapper json) {
    return new ReactiveRedisTemplate<>(
        connections,
        RedisSerializationContext.<String, User>newSerializationContext(new StringRedisSerializer())
            .value(new JacksonJsonRedisSerializer<>(json, User.class))
            .build());
  }
}
