package io.gatehouse.gateway.edge;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.ssl.SslHandler;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.NettyPipeline;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.compression.GzipOption;

/** Sets the public connectors up: bounds, the guards of connections and streams, compression. */
@Component
class EdgeServer implements WebServerFactoryCustomizer<NettyReactiveWebServerFactory> {
  private static final int RESETS_SECONDS = 30;

  /** Of a head that is too large so much is read that its refusal can say so. */
  private static final int DECODED_HEADS = 8;

  private static final String FLUSHES = "gatehouse.flushes";
  private static final int MOST_FLUSHES =
      FlushConsolidationHandler.DEFAULT_EXPLICIT_FLUSH_AFTER_FLUSHES;

  private final EdgeRules rules;
  private final ConnectionBudget connections;

  EdgeServer(EdgeRules rules, MeterRegistry meters) {
    this.rules = rules;
    var bounds = rules.properties();
    this.connections =
        new ConnectionBudget(bounds.connections(), bounds.connectionsPerCaller(), meters);
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
        .doOnChannelInit((_, channel, _) -> begin(channel));
  }

  /** HTTP/2 besides, for clients that choose it by ALPN. */
  HttpServer withHttp2(HttpServer server) {
    var bounds = rules.http2();
    return server
        .protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
        .http2Settings(
            settings ->
                settings
                    .maxConcurrentStreams(bounds.maxStreams())
                    .maxHeaderListSize(DECODED_HEADS * rules.properties().maxHeaders().toBytes())
                    .maxDecodedRstFramesPerWindow(bounds.maxResets(), RESETS_SECONDS)
                    .maxEncodedRstFramesPerWindow(bounds.maxResets(), RESETS_SECONDS))
        .childObserve(this::observe);
  }

  private void begin(Channel channel) {
    var address = rules.stranger(channel.remoteAddress());
    if (connections.open(address)) {
      var _ = channel.closeFuture().addListener(_ -> connections.close(address));
      guard(channel);
    } else {
      // By a reset: nothing of it stays with the system.
      channel.config().setOption(ChannelOption.SO_LINGER, 0);
      var _ = channel.close();
    }
  }

  private void guard(Channel channel) {
    if (channel.pipeline().get(NettyPipeline.H2OrHttp11Codec) == null) {
      guardHttp1(channel);
      return;
    }
    channel
        .pipeline()
        .addAfter(
            NettyPipeline.H2OrHttp11Codec, ProtocolGuard.NAME, new ProtocolGuard(this::guardTls));
  }

  private void guardTls(Channel channel) {
    var pipeline = channel.pipeline();
    TlsBudget.guard(pipeline);
    if (pipeline.get(NettyPipeline.HttpCodec) instanceof Http2FrameCodec codec) {
      pipeline.addBefore(
          NettyPipeline.HttpCodec,
          Http2ConnectionGuard.NAME,
          new Http2ConnectionGuard(rules, codec, channel));
      // Answers of several streams leave together: in one record of TLS, by one call of the system.
      pipeline.addAfter(
          NettyPipeline.HttpCodec, FLUSHES, new FlushConsolidationHandler(MOST_FLUSHES, true));
    } else {
      guardHttp1(channel);
    }
  }

  /** The first that is known of a stream, before anything is read of it. */
  private void observe(Connection connection, ConnectionObserver.State state) {
    if (ConnectionObserver.State.CONNECTED.equals(state)
        && connection.channel() instanceof Http2StreamChannel stream) {
      var guard = stream.parent().pipeline().get(Http2ConnectionGuard.class);
      stream
          .pipeline()
          .addBefore(
              NettyPipeline.H2ToHttp11Codec, Http2RequestDecoder.NAME, Http2RequestDecoder.INSTANCE)
          .addAfter(
              NettyPipeline.H2ToHttp11Codec,
              Http2StreamGuard.NAME,
              new Http2StreamGuard(rules, guard, stream, stream.stream().id()));
    }
  }

  private void guardHttp1(Channel channel) {
    var edge = new Http1ConnectionGuard(rules, channel);
    var pipeline = channel.pipeline();
    pipeline.addAfter(NettyPipeline.HttpCodec, Http1ConnectionGuard.NAME, edge);
    if (pipeline.get(SslHandler.class) != null) {
      pipeline.addBefore(NettyPipeline.HttpCodec, DecryptedBytes.NAME, new DecryptedBytes(edge));
    }
  }
}
