package io.gatehouse.defaults.web;

import io.netty.handler.codec.http.HttpHeaderNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;
import tools.jackson.databind.json.JsonMapper;

/** The platform's error body where no Spring exchange is: as {@link ErrorRenderer} has it. */
public final class NettyErrors {
  private static final Logger log = LoggerFactory.getLogger(NettyErrors.class);

  private NettyErrors() {}

  /**
   * Answers with what the error means.
   *
   * @param id the request's
   */
  public static Mono<Void> send(
      HttpServerRequest request, HttpServerResponse response, Throwable thrown, String id) {
    var error = ErrorRenderer.translate(thrown);
    if (error.status() == 500) {
      log.atError()
          .addKeyValue("requestId", id)
          .setCause(thrown)
          .log("{} {} failed", request.method(), request.uri());
    }
    var body = JsonMapper.shared().writeValueAsBytes(ErrorBody.of(error, id));
    response
        .status(error.status())
        .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .header(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .header(HttpHeaderNames.CONTENT_LENGTH, String.valueOf(body.length))
        .header(RequestId.HEADER, id);
    error.headers().forEach(response::header);
    return response.sendByteArray(Mono.just(body)).then();
  }
}
