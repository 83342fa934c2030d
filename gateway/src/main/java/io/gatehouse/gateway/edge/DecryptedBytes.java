package io.gatehouse.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Tells a TLS connection's {@link Http1ConnectionGuard} of bytes that belong to a request: what
 * only belongs to the handshake begins none.
 */
final class DecryptedBytes extends ChannelInboundHandlerAdapter {
  static final String NAME = "gatehouse.decrypted";

  private final Http1ConnectionGuard edge;

  DecryptedBytes(Http1ConnectionGuard edge) {
    this.edge = edge;
    edge.beginsByDecryptedBytes();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof ByteBuf bytes && bytes.isReadable()) {
      edge.bytesCame();
    }
    context.fireChannelRead(message);
  }
}
