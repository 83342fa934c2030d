package io.gatehouse.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.compression.GzipOption;

/** Sets the public connectors up: bounds, the {@link EdgeHandler}, compression. */
@Component
class EdgeServer implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
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
        .compress(Codings::compress)
        .compressOptions(GzipOption.builder().build())
        .doOnChannelInit((_, channel, _) -> guard(channel));
  }

  private void guard(Channel channel) {
    var edge = new EdgeHandler(rules, channel);
    var pipeline = channel.pipeline();
    pipeline.addAfter(NettyPipeline.HttpCodec, EdgeHandler.NAME, edge);
    if (pipeline.get(SslHandler.class) != null) {
      pipeline.addBefore(NettyPipeline.HttpCodec, DecryptedBytes.NAME, new DecryptedBytes(edge));
    }
  }
}
