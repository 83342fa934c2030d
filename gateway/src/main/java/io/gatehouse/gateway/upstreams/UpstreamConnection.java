package io.gatehouse.gateway.upstreams;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection to an instance, used by one exchange at a time, on one event loop only.
 * Only the exchange that it serves can close it or give it back.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private final UpstreamPool pool;
  private final Channel channel;
  private final long openedAt;
  private long idleSince;
  private @Nullable UpstreamExchange current;
  private @Nullable UpstreamExchange telling;

  UpstreamConnection(UpstreamPool pool, Channel channel, long now) {
    this.pool = pool;
    this.channel = channel;
    this.openedAt = now;
    this.idleSince = now;
  }

  boolean isUsable(long now, long maxIdle, long maxLife) {
    return channel.isActive() && now - idleSince < maxIdle && now - openedAt < maxLife;
  }

  UpstreamExchange send(UpstreamRequest request, String host, AnswerListener listener) {
    var exchange = new UpstreamExchange(this, channel.eventLoop(), listener);
    current = exchange;
    var headers = request.headers();
    headers.set(HttpHeaderNames.HOST, host);
    var size = request.body().size();
    if (size > 0 || !request.isIdempotent()) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(size));
    }
    var body =
        size == 0
            ? Unpooled.EMPTY_BUFFER
            : Unpooled.wrappedBuffer(request.body().bytes().duplicate());
    var _ =
        channel.writeAndFlush(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                request.method(),
                request.uri(),
                body,
                headers,
                EmptyHttpHeaders.INSTANCE),
            channel.voidPromise());
    return exchange;
  }

  /** It was borrowed and is not needed after all. */
  void giveBack() {
    release(null, true);
  }

  /** The exchange has its answer: the next one may have the connection, unless one side closes. */
  void release(@Nullable UpstreamExchange by, boolean keepAlive) {
    if (current != by) {
      return;
    }
    current = null;
    if (!channel.config().isAutoRead()) {
      channel.config().setAutoRead(true);
    }
    idleSince = System.nanoTime();
    if (keepAlive && channel.isActive()) {
      pool.release(this);
    } else {
      close();
    }
  }

  /** The exchange is given up before its answer was complete. */
  void abandon(UpstreamExchange by) {
    if (current == by) {
      current = null;
      close();
    }
  }

  /** Reads on, or rests until the exchange's reader wants more. */
  void read(UpstreamExchange by, boolean wanted) {
    if (current == by) {
      channel.config().setAutoRead(wanted);
    }
  }

  /** The exchange is about to tell of its answer, or null: it has. */
  void tells(@Nullable UpstreamExchange of) {
    telling = of;
  }

  void close() {
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var exchange = current;
    if (exchange == null) {
      // Nobody asked: an answer too many, or the rest of an abandoned one.
      ReferenceCountUtil.release(message);
      close();
    } else if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      fail(object.decoderResult().cause());
      close();
    } else {
      exchange.read(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    var exchange = current;
    if (exchange != null) {
      exchange.readComplete();
    }
    context.fireChannelReadComplete();
  }

  private void fail(Throwable cause) {
    var exchange = current;
    current = null;
    if (exchange != null) {
      exchange.broken(cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    pool.forget(this);
    fail(new IOException("the connection was closed before the answer was complete"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var told = telling;
    if (told != null) {
      // Thrown by who was told, not by the connection, which may serve another exchange already.
      telling = null;
      told.failed(cause);
    } else {
      fail(cause);
      close();
    }
  }
}
