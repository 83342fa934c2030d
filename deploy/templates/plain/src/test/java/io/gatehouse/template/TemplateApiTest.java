package io.gatehouse.template;

import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.testing.TestTokens;
import java.time.Clock;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.reactive.server.WebTestClient.ResponseSpec;
import reactor.core.publisher.Mono;

/** The calls of {@code /api/template} through the real port. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"eureka.client.enabled=false", "management.server.port=0", "gatehouse.drain=0s"})
@Import(TemplateApiTest.Keys.class)
class TemplateApiTest {
  private static final TestTokens TOKENS = new TestTokens();
  private static final String PATH = "/api/template";
  private static final String READ = "template.read";

  @LocalServerPort private int port;

  static class Keys {
    @Bean
    SigningKeys signingKeys() {
      var keys = new SigningKeys(Mono.just(TOKENS.jwks()), Clock.systemUTC());
      keys.refresh().block();
      return keys;
    }
  }

  @Test
  void answer_namesServiceAndCaller() {
    var subject = UUID.randomUUID().toString();

    get(PATH, TOKENS.scoped(subject, READ))
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.service")
        .isEqualTo("template")
        .jsonPath("$.subject")
        .isEqualTo(subject);
  }

  @Test
  void caller_needsATokenWithTheScope() {
    isError(get(PATH, "nonsense"), 401, "UNAUTHENTICATED");
    var other = TOKENS.scoped(UUID.randomUUID().toString(), "orders.read");
    isError(get(PATH, other), 403, "FORBIDDEN");
  }

  @Test
  void call_isRefused_whenAParameterIsUnknown() {
    var token = TOKENS.scoped(UUID.randomUUID().toString(), READ);

    isError(get(PATH + "?colour=red", token), 400, "VALIDATION_ERROR");
  }

  private ResponseSpec get(String path, String token) {
    return WebTestClient.bindToServer()
        .baseUrl("http://localhost:" + port)
        .build()
        .get()
        .uri(path)
        .header(HttpHeaders.AUTHORIZATION, "Bearer " + token)
        .exchange();
  }

  private static void isError(ResponseSpec answer, int status, String code) {
    answer.expectStatus().isEqualTo(status).expectBody().jsonPath("$.error.code").isEqualTo(code);
  }
}
