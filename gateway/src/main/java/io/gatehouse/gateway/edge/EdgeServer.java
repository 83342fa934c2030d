package io.gatehouse.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Sets the public connectors up: bounds, the {@link EdgeHandler}, compression. */
@Component
class EdgeServer implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
  private static final int COMPRESSED_FROM = 1024;

  private final EdgeRules rules;

  EdgeServer(EdgeRules rules) {
    this.rules = rules;
  }

  @Override
  public void customize(NettyReactiveWebServerFactory factory) {
    factory.addServerCustomizers(this::configure);
  }

  HttpServer configure(HttpServer server) {
    var bounds = rules.properties();
    return server
        .httpRequestDecoder(
            decoder ->
                decoder
                    .maxInitialLineLength((int) bounds.maxUri().toBytes())
                    .maxHeaderSize((int) bounds.maxHeaders().toBytes())
                    .validateHeaders(true)
                    .allowDuplicateContentLengths(false))
        .compress(EdgeServer::isWorthCompressing)
        .doOnChannelInit(
            (_, channel, _) ->
                channel
                    .pipeline()
                    .addAfter(NettyPipeline.HttpCodec, EdgeHandler.NAME, new EdgeHandler(rules)));
  }

  /** When the client asks for it, for text over 1 KiB that is not a stream. */
  private static boolean isWorthCompressing(
      HttpServerRequest request, HttpServerResponse response) {
    var accepted = request.requestHeaders().get(HttpHeaderNames.ACCEPT_ENCODING);
    if (accepted == null || response.responseHeaders().contains(HttpHeaderNames.CONTENT_ENCODING)) {
      return false;
    }
    var type = response.responseHeaders().get(HttpHeaderNames.CONTENT_TYPE);
    if (type == null || !isText(type)) {
      return false;
    }
    response.responseHeaders().add(HttpHeaderNames.VARY, HttpHeaderNames.ACCEPT_ENCODING);
    var length = response.responseHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null || length.length() > 4 || Integer.parseInt(length) > COMPRESSED_FROM;
  }

  private static boolean isText(String type) {
    return type.startsWith("application/json")
        || type.startsWith("application/graphql-response+json")
        || type.startsWith("application/javascript")
        || type.startsWith("image/svg+xml")
        || (type.startsWith("text/") && !type.startsWith("text/event-stream"));
  }
}
