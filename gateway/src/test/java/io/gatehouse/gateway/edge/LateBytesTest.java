package io.gatehouse.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;

class LateBytesTest {
  private static final int PIECE = 64 * 1024;

  private int reads;

  @Test
  void bytes_areThrownAway_andReadToTheirBoundOnly() {
    var channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    LateBytes.throwAway(channel);
    channel.pipeline().addFirst(new Reads());

    for (var late = PIECE; late < LateBytes.MOST; late += PIECE) {
      assertThat(arrives(channel)).isTrue();
    }
    assertThat(channel.config().isAutoRead()).isTrue();
    assertThat(arrives(channel)).isFalse();

    assertThat(channel.config().isAutoRead()).isFalse();
    // As the codec of HTTP/2 does while nobody else reads.
    channel.read();
    channel.config().setAutoRead(true);
    assertThat(reads).isZero();
    channel.finishAndReleaseAll();
  }

  @Test
  void connectionThatNobodyReads_isReadAgain() {
    var channel = new EmbeddedChannel(new ChannelInboundHandlerAdapter());
    channel.config().setAutoRead(false);
    LateBytes.throwAway(channel);
    channel.pipeline().addFirst(new Reads());

    assertThat(arrives(channel)).isTrue();
    assertThat(channel.config().isAutoRead()).isFalse();
    channel.finishAndReleaseAll();
  }

  /** True when more is asked for after it. */
  private boolean arrives(EmbeddedChannel channel) {
    reads = 0;
    var piece = Unpooled.buffer(PIECE).writeZero(PIECE);
    assertThat(channel.writeInbound(piece)).isFalse();
    assertThat(piece.refCnt()).isZero();
    return reads > 0;
  }

  private final class Reads extends ChannelOutboundHandlerAdapter {
    @Override
    public void read(ChannelHandlerContext context) {
      reads++;
      context.read();
    }
  }
}
