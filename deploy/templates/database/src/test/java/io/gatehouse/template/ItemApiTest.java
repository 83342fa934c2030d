package io.gatehouse.template;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.tokens.SigningKeys;
import io.gatehouse.testing.TestPostgres;
import io.gatehouse.testing.TestTokens;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The calls of {@code /api/template}, with a real PostgreSQL. */
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {"eureka.client.enabled=false", "management.server.port=0", "gatehouse.drain=0s"})
@Import(ItemApiTest.Keys.class)
class ItemApiTest {
  private static final TestTokens TOKENS = new TestTokens();
  private static final TestPostgres.Database DATABASE = TestPostgres.newDatabase();
  private static final String PATH = "/api/template";
  private static final String READ = "template.read";
  private static final String WRITE = "template.write";

  @LocalServerPort private int port;
  private WebTestClient client;
  private String token = TOKENS.scoped(UUID.randomUUID().toString(), READ, WRITE);

  static class Keys {
    @Bean
    SigningKeys signingKeys() {
      var keys = new SigningKeys(Mono.just(TOKENS.jwks()), Clock.systemUTC());
      keys.refresh().block();
      return keys;
    }
  }

  @DynamicPropertySource
  static void database(DynamicPropertyRegistry properties) {
    properties.add("gatehouse.db.host", DATABASE::host);
    properties.add("gatehouse.db.port", DATABASE::port);
    properties.add("gatehouse.db.name", DATABASE::name);
    properties.add("gatehouse.db.user", DATABASE::user);
    properties.add("gatehouse.db.password", DATABASE::password);
    properties.add("gatehouse.db.runtime-user", DATABASE::runtimeUser);
    properties.add("gatehouse.db.runtime-password", () -> TestPostgres.Database.RUNTIME_PASSWORD);
  }

  @BeforeEach
  void connect() {
    client = WebTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
  }

  @Test
  void item_isRead_changed_andGone() {
    var created = call("POST", PATH, body("ladder", 3));
    assertThat(created.getStatus().value()).isEqualTo(201);
    assertThat(tag(created)).isEqualTo("\"1\"");
    var path = created.getResponseHeaders().getFirst(HttpHeaders.LOCATION);
    assertThat(path).isEqualTo(PATH + "/" + json(created).at("/id").asString());

    assertThat(json(call("GET", path, null))).isEqualTo(json(created));
    assertThat(call("GET", path, null, "If-None-Match", "\"1\"").getStatus().value())
        .isEqualTo(304);
    var changed = call("PUT", path, body("ladder", 4), "If-Match", "\"1\"");
    assertThat(changed.getStatus().value()).isEqualTo(200);
    assertThat(tag(changed)).isEqualTo("\"2\"");
    assertThat(json(changed).at("/quantity").asInt()).isEqualTo(4);

    isError(call("PUT", path, body("ladder", 5), "If-Match", "\"1\""), 412, "VERSION_MISMATCH");
    isError(call("DELETE", path, null, "If-Match", "\"1\""), 412, "VERSION_MISMATCH");
    assertThat(call("DELETE", path, null, "If-Match", "\"2\"").getStatus().value()).isEqualTo(204);
    isError(call("GET", path, null), 404, "NOT_FOUND");
    isError(call("DELETE", path, null), 404, "NOT_FOUND");
    isError(call("PUT", path, body("ladder", 5)), 404, "NOT_FOUND");
  }

  @Test
  void name_isTakenOnce() {
    var hammer = call("POST", PATH, body("hammer", 1));
    var path = call("POST", PATH, body("saw", 1)).getResponseHeaders().getFirst("Location");

    assertThat(hammer.getStatus().value()).isEqualTo(201);
    isError(call("POST", PATH, body("hammer", 2)), 409, "ALREADY_EXISTS");
    isError(call("PUT", path, body("hammer", 2)), 409, "ALREADY_EXISTS");
  }

  @Test
  void list_showsEachItemOnce_pageByPage() {
    for (var n = 0; n < 5; n++) {
      call("POST", PATH, body("page-" + n, n));
    }
    var seen = new ArrayList<String>();
    var next = "";
    do {
      var page = json(call("GET", PATH + "?limit=2" + next, null));
      page.at("/items").forEach(item -> seen.add(item.at("/name").asString()));
      next = page.at("/next").isNull() ? "" : "&cursor=" + page.at("/next").asString();
    } while (!next.isEmpty());

    assertThat(seen).doesNotHaveDuplicates().containsSequence(pages());
  }

  private static List<String> pages() {
    return List.of("page-0", "page-1", "page-2", "page-3", "page-4");
  }

  @Test
  void caller_needsATokenWithTheScope() {
    token = null;
    isError(call("GET", PATH, null), 401, "UNAUTHENTICATED");
    token = TOKENS.scoped(UUID.randomUUID().toString(), "orders.read");
    isError(call("GET", PATH, null), 403, "FORBIDDEN");
    token = TOKENS.scoped(UUID.randomUUID().toString(), READ);
    isError(call("POST", PATH, body("drill", 1)), 403, "FORBIDDEN");
    isError(call("DELETE", PATH + "/" + UUID.randomUUID(), null), 403, "FORBIDDEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"name\":\"\",\"quantity\":1}",
        "{\"name\":\"tea\\u202e\",\"quantity\":1}",
        "{\"name\":\"x\",\"quantity\":-1}",
        "{\"name\":\"x\",\"quantity\":1000000001}",
        "{\"name\":\"x\",\"quantity\":1,\"colour\":\"red\"}",
        "{\"name\":\"x\",\"quantity\":\"many\"}"
      })
  void body_isInvalid_whenItBreaksARule(String text) {
    isError(call("POST", PATH, text), 400, "VALIDATION_ERROR");
  }

  @ParameterizedTest
  @CsvSource({
    "?limit=0, VALIDATION_ERROR",
    "?limit=101, VALIDATION_ERROR",
    "?cursor=nonsense, VALIDATION_ERROR",
    "?colour=red, VALIDATION_ERROR",
    "/no-uuid, MALFORMED_REQUEST"
  })
  void call_isRefused_whenItsParametersAreWrong(String rest, String code) {
    isError(call("GET", PATH + rest, null), 400, code);
  }

  private static String body(String name, int quantity) {
    return JsonMapper.shared().writeValueAsString(Map.of("name", name, "quantity", quantity));
  }

  private EntityExchangeResult<byte[]> call(
      String method, String path, String body, String... headers) {
    var request = client.method(HttpMethod.valueOf(method)).uri(path);
    if (token != null) {
      request.header(HttpHeaders.AUTHORIZATION, "Bearer " + token);
    }
    for (var i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    if (body != null) {
      request.contentType(MediaType.APPLICATION_JSON).bodyValue(body);
    }
    return request.exchange().expectBody().returnResult();
  }

  private static void isError(EntityExchangeResult<byte[]> answer, int status, String code) {
    assertThat(answer.getStatus().value()).isEqualTo(status);
    assertThat(json(answer).at("/error/code").asString()).isEqualTo(code);
  }

  private static String tag(EntityExchangeResult<byte[]> answer) {
    return answer.getResponseHeaders().getETag();
  }

  private static JsonNode json(EntityExchangeResult<byte[]> answer) {
    return JsonMapper.shared().readTree(answer.getResponseBody());
  }
}
