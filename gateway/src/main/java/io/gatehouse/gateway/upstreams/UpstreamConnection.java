package io.gatehouse.gateway.upstreams;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * One HTTP/1.1 connection to an instance, used by one request at a time, on one event loop only. An
 * answer that arrives in one piece is given whole; a longer one is given as a stream whose reader
 * sets the pace.
 */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {

  /** Who waits for the answer. Exactly one of the two is called, once. */
  interface Listener {
    void answered(UpstreamAnswer answer);

    void broken(Throwable cause);
  }

  private final UpstreamPool pool;
  private final Channel channel;
  private final long openedAt;
  private long idleSince;

  private @Nullable Listener listener;
  private @Nullable HttpResponse head;
  private @Nullable ByteBuf pieces;
  private @Nullable FluxSink<ByteBuf> reader;
  private boolean skipping;
  private boolean streaming;
  private boolean complete;

  UpstreamConnection(UpstreamPool pool, Channel channel, long now) {
    this.pool = pool;
    this.channel = channel;
    this.openedAt = now;
    this.idleSince = now;
  }

  boolean isUsable(long now, long maxIdle, long maxLife) {
    return channel.isActive() && now - idleSince < maxIdle && now - openedAt < maxLife;
  }

  void send(UpstreamRequest request, String host, Listener waiting) {
    listener = waiting;
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
  }

  /** Closes it, whatever is going on; nobody is told. */
  void abandon() {
    listener = null;
    reader = null;
    close();
  }

  void close() {
    dropPieces();
    var _ = channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if ((listener == null && !streaming) || complete) {
      // Nobody asked: an answer too many, or the rest of an abandoned one.
      ReferenceCountUtil.release(message);
      var _ = channel.close();
      return;
    }
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      ReferenceCountUtil.release(message);
      fail(object.decoderResult().cause());
      close();
      return;
    }
    if (message instanceof HttpResponse response) {
      skipping = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
      head = skipping ? null : response;
    }
    if (message instanceof HttpContent content) {
      take(content);
    }
  }

  private void take(HttpContent content) {
    var last = content instanceof LastHttpContent;
    if (skipping) {
      content.release();
      skipping = !last;
      return;
    }
    var bytes = content.content();
    if (streaming) {
      var to = reader;
      if (to == null || to.isCancelled() || !bytes.isReadable()) {
        bytes.release();
      } else {
        to.next(bytes);
        channel.config().setAutoRead(to.requestedFromDownstream() > 0);
      }
    } else if (!bytes.isReadable()) {
      bytes.release();
    } else {
      pieces = pieces == null ? bytes : join(pieces, bytes);
    }
    if (last) {
      complete = true;
      if (streaming) {
        finishStream();
      }
    }
  }

  private ByteBuf join(ByteBuf first, ByteBuf next) {
    var whole = channel.alloc().compositeBuffer(64);
    return whole.addComponents(true, first, next);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    var answer = head;
    var waiting = listener;
    if (answer != null && waiting != null) {
      listener = null;
      if (complete) {
        var body = pieces == null ? Unpooled.EMPTY_BUFFER : pieces;
        pieces = null;
        release(answer);
        waiting.answered(new UpstreamAnswer.Whole(answer, body));
      } else {
        streaming = true;
        channel.config().setAutoRead(false);
        waiting.answered(new UpstreamAnswer.Streamed(answer, rest()));
      }
    }
    context.fireChannelReadComplete();
  }

  private Flux<ByteBuf> rest() {
    return Flux.<ByteBuf>push(this::attach).doOnDiscard(ByteBuf.class, ByteBuf::release);
  }

  private void attach(FluxSink<ByteBuf> sink) {
    if (!channel.eventLoop().inEventLoop()) {
      channel.eventLoop().execute(() -> attach(sink));
      return;
    }
    reader = sink;
    var first = pieces;
    pieces = null;
    if (first != null) {
      sink.next(first);
    }
    sink.onRequest(_ -> channel.config().setAutoRead(true));
    sink.onCancel(() -> channel.eventLoop().execute(this::cancelled));
    if (!channel.isActive()) {
      fail(new IOException("the connection was closed inside the answer"));
    }
  }

  private void cancelled() {
    if (streaming) {
      abandon();
    }
  }

  private void finishStream() {
    var to = reader;
    reader = null;
    var answered = head;
    if (answered != null) {
      channel.config().setAutoRead(true);
      release(answered);
    }
    if (to != null) {
      to.complete();
    }
  }

  /** Back to the pool for the next request, unless either side wants it closed. */
  private void release(HttpResponse answered) {
    head = null;
    streaming = false;
    complete = false;
    idleSince = System.nanoTime();
    if (HttpUtil.isKeepAlive(answered) && channel.isActive()) {
      pool.release(this);
    } else {
      close();
    }
  }

  private void fail(Throwable cause) {
    var waiting = listener;
    var to = reader;
    listener = null;
    reader = null;
    dropPieces();
    if (waiting != null) {
      waiting.broken(cause);
    }
    if (to != null) {
      to.error(cause);
    }
  }

  private void dropPieces() {
    var left = pieces;
    pieces = null;
    if (left != null) {
      left.release();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    pool.forget(this);
    fail(new IOException("the connection was closed before the answer was complete"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
    close();
  }
}
