package io.gatehouse.gateway.upstreams;

import io.gatehouse.gateway.request.EdgeExchange;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import reactor.netty.NettyPipeline;

/**
 * Sends a client's trailers behind the body on the framework's way, whose client has no call for
 * it: over HTTP/2, or behind the last chunk. Behind a body whose length was announced HTTP/1.1 has
 * no place for them, and its encoder leaves them out.
 */
final class RequestTrailers extends ChannelOutboundHandlerAdapter {
  private static final String NAME = "gatehouse.trailers";

  private final EdgeExchange edge;

  private RequestTrailers(EdgeExchange edge) {
    this.edge = edge;
  }

  /**
   * Follows this exchange's request.
   *
   * @param channel a connection to the service, or a stream of one, before the request is sent
   */
  static void follow(Channel channel, EdgeExchange edge) {
    var pipeline = channel.pipeline();
    if (pipeline.get(NAME) != null) {
      pipeline.remove(NAME);
    }
    pipeline.addBefore(NettyPipeline.ReactiveBridge, NAME, new RequestTrailers(edge));
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (!(message instanceof LastHttpContent)) {
      var _ = context.write(message, promise);
      return;
    }
    var came = edge.trailers();
    if (came.isEmpty() || !LastHttpContent.EMPTY_LAST_CONTENT.equals(message)) {
      var _ = context.write(message, promise);
    } else {
      var last = new DefaultLastHttpContent(Unpooled.EMPTY_BUFFER);
      ForwardedHeaders.requestTrailers(
          came, edge.request().requestHeaders(), last.trailingHeaders());
      var _ = context.write(last, promise);
    }
    context.pipeline().remove(this);
  }
}
