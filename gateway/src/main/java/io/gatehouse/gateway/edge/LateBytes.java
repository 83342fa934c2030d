package io.gatehouse.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;

/**
 * What a client still sends after it was told to go. In front of everything else, TLS included, it
 * is thrown away as it comes: a connection that is closed with bytes unread is reset, and a client
 * that was only quick should first see why. Whoever sends more is not read any more; the rest fills
 * the client's own buffers until the connection is closed.
 */
final class LateBytes extends ChannelDuplexHandler {
  static final String NAME = "gatehouse.late";
  static final int MOST = 256 * 1024;

  private int left = MOST;

  private LateBytes() {}

  /** From now on nothing that the client sends is looked at; must be called on its event loop. */
  static void throwAway(Channel channel) {
    if (channel.pipeline().get(NAME) == null) {
      channel.pipeline().addFirst(NAME, new LateBytes());
      // Whoever had stopped reading will not begin again.
      channel.read();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    left -= message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ReferenceCountUtil.release(message);
    if (left <= 0) {
      context.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    read(context);
  }

  @Override
  public void read(ChannelHandlerContext context) {
    if (left > 0) {
      context.read();
    }
  }
}
