package bench;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.gatehouse.defaults.tokens.SigningKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerResponse;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;

/** A service that does nothing but check tokens, in one of three ways, for bench/token-checks. */
@SpringBootApplication
public class TokenChecksBench {
  public static void main(String... arguments) {
    SpringApplication.run(TokenChecksBench.class, arguments);
  }

  /** An issuer of one token, which it writes to a file. */
  @Bean
  SigningKeys signingKeys(@Value("${bench.token}") Path file) throws Exception {
    var key = new RSAKeyGenerator(2048).keyID("bench").generate();
    Files.writeString(file, token(key));
    return new SigningKeys(Mono.just(new JWKSet(key.toPublicJWK()).toString()), Clock.systemUTC());
  }

  private static String token(RSAKey key) throws Exception {
    var now = Instant.now();
    var header =
        new JWSHeader.Builder(JWSAlgorithm.RS256)
            .type(new JOSEObjectType("at+jwt"))
            .keyID("bench")
            .build();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer("http://localhost:8080")
            .subject(UUID.randomUUID().toString())
            .audience("gatehouse")
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(now.plusSeconds(7200)))
            .jwtID(UUID.randomUUID().toString())
            .claim("sid", UUID.randomUUID().toString())
            .claim("client_id", "console")
            .claim("scope", "users.read users.write orders.read orders.write")
            .claim("roles", List.of("USER"))
            .build();
    var jwt = new SignedJWT(header, claims);
    jwt.sign(new RSASSASigner(key));
    return jwt.serialize();
  }

  /** What a service of the platform has: rights in one line of a handler. */
  @Bean
  @ConditionalOnProperty(name = "bench.check", havingValue = "chain")
  RouterFunction<ServerResponse> rights() {
    return RouterFunctions.route()
        .GET(
            "/rights",
            request -> {
              AccessToken.of(request.exchange()).requireScope("users.read");
              return ServerResponse.ok().bodyValue("ok");
            })
        .build();
  }

  /** Who calls does not matter. */
  @Bean
  RouterFunction<ServerResponse> plain() {
    return RouterFunctions.route().GET("/plain", _ -> ServerResponse.ok().bodyValue("ok")).build();
  }

  @RestController
  static class Annotated {
    @GetMapping("/controller")
    Mono<String> controller() {
      return Mono.just("ok");
    }

    @GetMapping("/preauthorized")
    @PreAuthorize("hasAuthority('SCOPE_users.read')")
    Mono<String> preAuthorized() {
      return Mono.just("ok");
    }
  }

  /** The least that a check can be: a look into the cache of verified tokens. */
  @Bean
  @Order(-100)
  @ConditionalOnProperty(name = "bench.check", havingValue = "filter")
  WebFilter bareFilter(AccessTokenVerifier verifier) {
    return (exchange, chain) -> {
      var value = exchange.getRequest().getHeaders().getFirst("Authorization");
      if (value == null) {
        return Mono.error(new IllegalStateException("no token"));
      }
      exchange.getAttributes().put("token", verifier.verify(value.substring(7)));
      return chain.filter(exchange);
    };
  }
}
