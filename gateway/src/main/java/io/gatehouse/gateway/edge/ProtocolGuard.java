package io.gatehouse.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.function.Consumer;

/** Waits until a client has said by ALPN which HTTP it speaks, for that is guarded accordingly. */
final class ProtocolGuard extends ChannelInboundHandlerAdapter {
  static final String NAME = "gatehouse.protocol";

  private final Consumer<Channel> guard;

  ProtocolGuard(Consumer<Channel> guard) {
    this.guard = guard;
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake) {
      context.pipeline().remove(this);
      if (handshake.isSuccess()) {
        guard.accept(context.channel());
      }
    }
    context.fireUserEventTriggered(event);
  }
}
