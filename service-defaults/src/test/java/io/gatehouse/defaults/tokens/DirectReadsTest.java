package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.testing.TestTokens;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Ordinary reads are answered; whatever else goes Spring's way, of which a 418 stands here. */
class DirectReadsTest {
  private static final TestTokens ISSUER = new TestTokens();
  private static final int USUAL_WAY = 418;
  private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331";

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final HttpClient client = HttpClient.newHttpClient();
  private DisposableServer server;

  @BeforeEach
  void serverIsStarted() {
    var keys = new SigningKeys(Mono.just(ISSUER.jwks()), Clock.systemUTC());
    keys.refresh().block();
    var tokens = new AccessTokenDecoder(keys, TestTokens.ISSUER, Clock.systemUTC());
    var reads =
        new DirectReads(
            tokens,
            List.of(new Things()),
            () -> (_, response) -> response.status(USUAL_WAY).send(),
            meters,
            true);
    server = HttpServer.create().host("127.0.0.1").port(0).handle(reads).bindNow();
  }

  @AfterEach
  void serverIsStopped() {
    server.disposeNow();
    client.close();
  }

  /** Things of which there are "1", whose owner is "ada", and "broken". */
  private static final class Things implements DirectRead {
    @Override
    public String route() {
      return "/things/{id}";
    }

    @Override
    public Mono<Answer> read(String id, AccessToken caller) {
      if (!caller.subject().equals("ada")) {
        return null;
      }
      return switch (id) {
        case "1" -> Mono.just(new Answer("\"7\"", "{\"id\":1}".getBytes(StandardCharsets.UTF_8)));
        case "2" -> Mono.error(ApiException.of(ErrorCode.NOT_FOUND));
        case "broken" -> Mono.error(new IllegalStateException("secret"));
        default -> null;
      };
    }
  }

  @Test
  void read_isAnswered_withTagAndCachingAndRequestId() throws Exception {
    var answer = get("/things/1", "ada", "X-Request-Id", "r-1");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"id\":1}");
    assertThat(answer.headers().map())
        .containsEntry("etag", List.of("\"7\""))
        .containsEntry("cache-control", List.of("no-cache, private"))
        .containsEntry("content-type", List.of("application/json"))
        .containsEntry("content-length", List.of("8"))
        .containsEntry("x-request-id", List.of("r-1"));
    assertThat(meters.get("http.server.requests").tag("status", "200").timer().count())
        .isEqualTo(1);
  }

  @Test
  void missing_isTheErrorBody_withItsRequestId() throws Exception {
    var answer = get("/things/2", "ada", "X-Request-Id", "r-2");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"NOT_FOUND\"", "\"requestId\":\"r-2\"");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(meters.get("http.server.requests").tag("status", "404").timer().count())
        .isEqualTo(1);
  }

  @Test
  void failure_isA500ThatTellsNothing() throws Exception {
    var answer = get("/things/broken", "ada");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).contains("INTERNAL_ERROR").doesNotContain("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "If-None-Match, \"7\"",
    "If-Match, \"7\"",
    "Accept, text/html",
    "Accept, application/json;q=0.5",
    "Origin, https://elsewhere.example",
    "traceparent, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
  })
  void request_goesTheUsualWay_whenItsHeadersAskForMore(String name, String value)
      throws Exception {
    assertThat(get("/things/1", "ada", name, value).statusCode()).isEqualTo(USUAL_WAY);
  }

  @ParameterizedTest
  @CsvSource({
    "Accept, application/json",
    "Accept, */*",
    "traceparent, 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
  })
  void request_isAnswered_whenItsHeadersAskForTheUsual(String name, String value) throws Exception {
    assertThat(get("/things/1", "ada", name, value).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"/things/1, grace", "/things/3, ada", "/others/1, ada", "/things/1?x=1, ada"})
  void request_goesTheUsualWay_whenTheReadDoesNotTakeIt(String path, String subject)
      throws Exception {
    assertThat(get(path, subject).statusCode()).isEqualTo(USUAL_WAY);
  }

  @Test
  void request_goesTheUsualWay_withoutATokenOrWithAForgedOne() throws Exception {
    var forged = new TestTokens().user("ada");

    assertThat(send("GET", "/things/1").statusCode()).isEqualTo(USUAL_WAY);
    assertThat(send("GET", "/things/1", "Authorization", "Bearer " + forged).statusCode())
        .isEqualTo(USUAL_WAY);
    assertThat(
            send("GET", "/things/1", "Authorization", "Basic " + ISSUER.user("ada")).statusCode())
        .isEqualTo(USUAL_WAY);
  }

  @ParameterizedTest
  @CsvSource({"HEAD", "PUT", "DELETE", "OPTIONS"})
  void otherMethods_goTheUsualWay(String method) throws Exception {
    var bearer = "Bearer " + ISSUER.user("ada");

    assertThat(send(method, "/things/1", "Authorization", bearer).statusCode())
        .isEqualTo(USUAL_WAY);
  }

  private HttpResponse<String> get(String path, String subject, String... headers)
      throws IOException, InterruptedException {
    var all = new ArrayList<>(List.of(headers));
    all.addAll(List.of("Authorization", "Bearer " + ISSUER.user(subject)));
    if (!all.contains("traceparent")) {
      all.addAll(List.of("traceparent", TRACE + "-00"));
    }
    return send("GET", path, all.toArray(String[]::new));
  }

  private HttpResponse<String> send(String method, String path, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .version(HttpClient.Version.HTTP_1_1)
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }
}
