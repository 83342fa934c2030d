package io.gatehouse.orders;

import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestTokens;
import java.net.URI;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Mono;

/** One running service for all tests that extend this, on a port of its own. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@Import(OrderServiceTest.Issuer.class)
abstract class OrderServiceTest {
  static final TestPostgres.Database DATABASE = TestPostgres.newDatabase();
  static final Neighbours NEIGHBOURS = new Neighbours(new TestTokens());

  @Autowired TestTokens tokens;
  @LocalServerPort int port;

  Api ada = new Api(URI.create("http://unset"), "");
  Api bob = ada;
  Api admin = ada;
  Api service = ada;
  String adaId = "";

  @TestConfiguration(proxyBeanMethods = false)
  static class Issuer {
    @Bean
    TestTokens testTokens() {
      return new TestTokens();
    }

    @Bean
    SigningKeys signingKeys(TestTokens tokens) {
      var keys = new SigningKeys(Mono.just(tokens.jwks()), Clock.systemUTC());
      keys.refresh().block();
      return keys;
    }
  }

  @DynamicPropertySource
  static void environment(DynamicPropertyRegistry registry) {
    TestEnvironment.of(DATABASE).forEach((name, value) -> registry.add(name, () -> value));
    NEIGHBOURS.environment().forEach((name, value) -> registry.add(name, () -> value));
  }

  @BeforeEach
  void signIn() {
    adaId = UUID.randomUUID().toString();
    ada = api(tokens.user(adaId));
    bob = api(tokens.user(UUID.randomUUID().toString()));
    admin = api(tokens.admin(UUID.randomUUID().toString()));
    service = api(tokens.service("demo-service"));
  }

  Api api(String token) {
    return new Api(URI.create("http://localhost:" + port), token);
  }
}
