package io.gatehouse.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import reactor.netty.NettyPipeline;

/**
 * Ends a TLS connection on which much comes that says nothing, such as empty records and updates of
 * keys: each has to be decrypted, and nobody behind TLS would see any of them.
 */
final class TlsBudget extends ChannelInboundHandlerAdapter {
  static final String NAME = "gatehouse.tls";

  /** Several records of the largest size. */
  private static final int MOST = 64 * 1024;

  private int silent;

  /** Must be called after the handshake, on the connection's event loop. */
  static void guard(ChannelPipeline pipeline) {
    var budget = new TlsBudget();
    pipeline.addBefore(NettyPipeline.SslHandler, NAME, budget);
    pipeline.addAfter(NettyPipeline.SslHandler, NAME + ".decrypted", budget.new Decrypted());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    silent += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    context.fireChannelRead(message);
    // Whatever could be decrypted of it was.
    if (silent > MOST) {
      var _ = context.close();
    }
  }

  private final class Decrypted extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof ByteBuf bytes && bytes.isReadable()) {
        silent = 0;
      }
      context.fireChannelRead(message);
    }
  }
}
