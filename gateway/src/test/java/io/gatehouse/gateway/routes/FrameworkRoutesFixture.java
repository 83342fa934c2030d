package io.gatehouse.gateway.routes;

import io.gatehouse.gateway.GatewayFixture;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.reactivestreams.Publisher;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestPropertySource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** The routes of reference-routes.yml, through the real edge to a real service. */
@TestPropertySource(
    properties = {
      "spring.config.additional-location=classpath:reference-routes.yml",
      "gatehouse.trusted-proxies=127.0.0.0/8"
    })
abstract class FrameworkRoutesFixture extends GatewayFixture {
  /** Speaks nothing else. Like the other services it is there for every class of these tests. */
  private static final DisposableServer OVER_HTTP2 =
      HttpServer.create()
          .host("127.0.0.1")
          .port(0)
          .protocol(HttpProtocol.H2C)
          .handle(
              (request, response) ->
                  response.sendString(Mono.just(request.version() + " " + request.uri())))
          .bindNow();

  @DynamicPropertySource
  static void ports(DynamicPropertyRegistry properties) {
    properties.add("test.users-port", USERS::port);
    properties.add("test.orders-port", ORDERS::port);
    properties.add("test.h2c-port", OVER_HTTP2::port);
  }

  @BeforeEach
  void marked() {
    USERS.answering(FrameworkRoutesFixture::marked);
  }

  static Publisher<Void> marked(HttpServerRequest request, HttpServerResponse response) {
    return response
        .header("content-type", "application/json")
        .header("x-twice", "one")
        .header("x-twice", "one")
        .header("location", "http://users.internal:8081/v2/some/object")
        .header("x-frame-options", "SAMEORIGIN")
        .header("server", "users")
        .header("access-control-allow-origin", "*")
        .sendString(Mono.just("{\"id\":1,\"secret\":2}"));
  }

  HttpResponse<String> call(String line, @Nullable String header) {
    var words = line.strip().split(" +");
    var request = request(words[1]);
    if (header != null) {
      var pair = header.split(": ");
      request.header(pair[0], pair[1]);
    }
    return send(
        words[0].equals("GET")
            ? request.GET()
            : request.method(words[0], BodyPublishers.ofString("a body of more than ten")));
  }
}
