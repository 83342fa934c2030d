package io.gatehouse.defaults.web;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.Validation;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import tools.jackson.databind.json.JsonMapper;

/** Requests that Spring cannot read, through a real port: the caller's fault, said as an error. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RequestFaultTest {
  private final JsonBodies bodies = new JsonBodies(Validation.buildDefaultValidatorFactory());
  private DisposableServer server;

  @BeforeAll
  void start() {
    var routes =
        ApiRoutes.table()
            .get("/things", RequestFaultTest::readEverything)
            .post(
                "/things",
                request ->
                    bodies
                        .read(request, Map.class)
                        .flatMap(_ -> ServerResponse.noContent().build()))
            .get(
                "/ours",
                _ -> {
                  throw new IllegalArgumentException("our own mistake");
                })
            .build();
    var handler =
        RouterFunctions.toHttpHandler(
            routes,
            HandlerStrategies.builder()
                .exceptionHandler(new ErrorRenderer(JsonMapper.shared()))
                .webFilter(new RequestIdFilter())
                .build());
    server =
        RequestTargets.answered(HttpServer.create().port(0))
            .handle(new ReactorHttpHandlerAdapter(handler))
            .bindNow();
  }

  @AfterAll
  void stop() {
    server.disposeNow(Duration.ofSeconds(10));
  }

  private static Mono<ServerResponse> readEverything(ServerRequest request) {
    var headers = request.headers();
    return ServerResponse.ok()
        .bodyValue(
            Map.of(
                "query", request.queryParams().size(),
                "cookies", request.cookies().size(),
                "language", headers.acceptLanguage().size(),
                "charset", headers.acceptCharset().size(),
                "range", headers.range().size(),
                "length", headers.contentLength().orElse(0),
                "tags", headers.asHttpHeaders().getIfNoneMatch().size(),
                "since", headers.asHttpHeaders().getIfModifiedSince(),
                "host", String.valueOf(headers.host())));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "Accept: foo                | 406 | NOT_ACCEPTABLE",
        "Accept: a/b;q=x            | 406 | NOT_ACCEPTABLE",
        "Accept: text/html          | 406 | NOT_ACCEPTABLE",
        "Accept-Charset: \"         | 400 | MALFORMED_REQUEST",
        "Accept-Language: ;;        | 400 | MALFORMED_REQUEST",
        "Accept-Language: en;q=9    | 400 | MALFORMED_REQUEST",
        "If-None-Match: foo         | 400 | MALFORMED_REQUEST",
        "Range: bytes=9-1           | 400 | MALFORMED_REQUEST",
        "Range: foo                 | 400 | MALFORMED_REQUEST",
      })
  void headers_thatCannotBeRead_areTheCallersFault(String header, int status, String code)
      throws IOException {
    assertThat(send("GET /things", header)).isEqualTo(status + " " + code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "foo                         | 415 | UNSUPPORTED_MEDIA_TYPE",
        "application/json;charset=%% | 415 | UNSUPPORTED_MEDIA_TYPE",
        "application/json;charset=x  | 415 | UNSUPPORTED_MEDIA_TYPE",
        "application/json;charset=\"  | 415 | UNSUPPORTED_MEDIA_TYPE",
        "text/plain                  | 415 | UNSUPPORTED_MEDIA_TYPE",
        "application/json;a=b        | 400 | MALFORMED_REQUEST"
      })
  void contentTypes_thatCannotBeRead_areUnsupported(String type, int status, String code)
      throws IOException {
    assertThat(send("POST /things", "Content-Type: " + type)).isEqualTo(status + " " + code);
  }

  @ParameterizedTest
  @CsvSource({
    "GET /things?a=%zz, 400 MALFORMED_REQUEST",
    "GET /things?a=%, 400 MALFORMED_REQUEST",
    "GET /things?a=%E9, '200 '",
    "GET /%zz, 400 MALFORMED_REQUEST",
    "GET /th{ings, 400 MALFORMED_REQUEST",
    "FOO /things, 405 METHOD_NOT_ALLOWED"
  })
  void targets_thatCannotBeRead_areMalformed(String target, String answer) throws IOException {
    assertThat(send(target, "A: b")).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Cookie: SESSION=AA==",
        "Cookie: ;;=\"",
        "Cookie: =",
        "If-Modified-Since: never",
        "Date: never",
        "Origin: foo",
        "X-Request-Id: %%%",
        "traceparent: 00-zz"
      })
  void headers_thatNobodyNeeds_areNoFault(String header) throws IOException {
    assertThat(send("GET /things", header)).isEqualTo("200 ");
  }

  @Test
  void exceptions_ofOurOwn_stayOurFault_whateverTheRequest() throws IOException {
    assertThat(send("GET /ours", "If-None-Match: foo")).isEqualTo("500 INTERNAL_ERROR");
  }

  /** The status and the error's code. */
  private String send(String target, String header) throws IOException {
    try (var socket = new Socket("localhost", server.port())) {
      socket.setSoTimeout(30_000);
      var request =
          "%s HTTP/1.1\r\nHost: localhost\r\n%s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
              .formatted(target, header);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      var head = answer.split("\r\n\r\n", 2);
      var status = head[0].split(" ", 3)[1];
      var code = head[1].contains("\"code\"") ? head[1].split("\"")[5] : "";
      if (!status.equals("200")) {
        assertThat(head[0].toLowerCase(Locale.ROOT))
            .contains("content-type: application/json", "x-request-id: ");
      }
      if (status.equals("415")) {
        assertThat(head[0].toLowerCase(Locale.ROOT)).contains("\naccept: application/json");
      }
      return status + " " + code;
    }
  }
}
