package io.gatehouse.defaults.web;

import io.netty.handler.codec.http.HttpResponseStatus;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Request targets that are no URI never reach Spring's filters: its adapter leaves a bare 400,
 * which gets the error body here.
 */
final class RequestTargets {
  private RequestTargets() {}

  static HttpServer answered(HttpServer server) {
    return server.mapHandle(
        (handled, connection) -> handled.then(Mono.defer(() -> answer(connection))));
  }

  private static Mono<Void> answer(Connection connection) {
    return connection instanceof HttpServerResponse response
            && connection instanceof HttpServerRequest request
            && !response.hasSentHeaders()
            && response.status().equals(HttpResponseStatus.BAD_REQUEST)
        ? answer(request, response)
        : Mono.empty();
  }

  private static Mono<Void> answer(HttpServerRequest request, HttpServerResponse response) {
    var id = RequestId.keepOrCreate(request.requestHeaders().get(RequestId.HEADER));
    var error = ApiException.malformed("The request's path or query is no URI");
    return NettyErrors.send(request, response, error, id);
  }
}
