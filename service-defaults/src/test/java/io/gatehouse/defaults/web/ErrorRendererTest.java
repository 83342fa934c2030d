package io.gatehouse.defaults.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.ServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** A handler's table, its errors and their body, as a client sees them. */
class ErrorRendererTest {
  private final JsonBodies bodies = new JsonBodies(Validation.buildDefaultValidatorFactory());

  private final WebTestClient client =
      WebTestClient.bindToRouterFunction(
              ApiRoutes.table()
                  .get("/things/{id}", _ -> ServerResponse.ok().bodyValue(Map.of("id", 1)))
                  .put(
                      "/things/{id}",
                      request ->
                          bodies
                              .read(request, Map.class)
                              .flatMap(_ -> ServerResponse.noContent().build()))
                  .get(
                      "/broken",
                      _ -> {
                        throw new IllegalStateException("jdbc:postgresql://secret-host/db");
                      })
                  .build())
          .handlerStrategies(
              HandlerStrategies.builder()
                  .exceptionHandler(new ErrorRenderer(JsonMapper.shared()))
                  .webFilter(new RequestIdFilter())
                  .build())
          .build();

  @ParameterizedTest
  @CsvSource({
    "DELETE, /things/1, 405, METHOD_NOT_ALLOWED",
    "GET, /broken, 500, INTERNAL_ERROR",
    "PUT, /things/1, 415, UNSUPPORTED_MEDIA_TYPE"
  })
  void errors_haveTheContractsBody(String method, String path, int status, String code) {
    client
        .method(HttpMethod.valueOf(method))
        .uri(path)
        .header(RequestId.HEADER, "my-id")
        .exchange()
        .expectStatus()
        .isEqualTo(status)
        .expectHeader()
        .contentType(MediaType.APPLICATION_JSON)
        .expectHeader()
        .valueEquals(RequestId.HEADER, "my-id")
        .expectBody()
        .jsonPath("$.error.code")
        .isEqualTo(code)
        .jsonPath("$.error.details")
        .isArray()
        .jsonPath("$.error.requestId")
        .isEqualTo("my-id");
  }

  @Test
  void methodNotAllowed_namesWhatIsAllowed() {
    client
        .delete()
        .uri("/things/1")
        .exchange()
        .expectHeader()
        .valueEquals("Allow", "GET, HEAD, PUT");
  }

  @Test
  void notAcceptable_isSaid_whenJsonIsNotAccepted() {
    client
        .get()
        .uri("/things/1")
        .accept(MediaType.TEXT_HTML)
        .exchange()
        .expectStatus()
        .isEqualTo(406);
  }

  @Test
  void payloadTooLarge_isSaid_whenABodyIsOverOneMebibyte() {
    client
        .put()
        .uri("/things/1")
        .contentType(MediaType.APPLICATION_JSON)
        .bodyValue("{\"a\":\"" + "x".repeat(1024 * 1024) + "\"}")
        .exchange()
        .expectStatus()
        .isEqualTo(413);
  }

  @Test
  void internalErrors_tellNothingAboutTheInside() {
    var body = client.get().uri("/broken").exchange().expectBody(String.class).returnResult();

    assertThat(body.getResponseBody()).doesNotContain("jdbc", "secret", "Exception");
  }

  @ParameterizedTest
  @CsvSource({"abc-1.2_3, true", "'a b', false", "'', false", "naïve, false"})
  void requestIds_areKept_onlyWhenWellFormed(String given, boolean kept) {
    assertThat(RequestId.keepOrCreate(given).equals(given)).isEqualTo(kept);
    assertThat(RequestId.keepOrCreate("x".repeat(65))).hasSize(32);
  }
}
