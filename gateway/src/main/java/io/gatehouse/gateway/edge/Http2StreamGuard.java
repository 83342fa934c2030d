package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ErrorCode;
import io.netty.buffer.ByteBufHolder;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guards one request and its answer on an HTTP/2 connection: what {@link Http1ConnectionGuard} is
 * to a connection of HTTP/1.1. What is refused ends its stream and leaves the others alone.
 */
final class Http2StreamGuard extends ChannelDuplexHandler {
  static final String NAME = "gatehouse.stream";
  private static final int LINGER_SECONDS = 1;

  /** A connection has many streams, so each may hold less before it counts. */
  private static final WriteBufferWaterMark HELD = new WriteBufferWaterMark(8 * 1024, 16 * 1024);

  /** How much of the request has come. */
  private enum Asked {
    NOTHING,
    HEAD,
    WHOLE
  }

  /** How much of the answer is on its way. */
  private enum Answered {
    NOTHING,
    HEAD,
    WHOLE,
    /** By the edge itself; whatever else would be sent is void. */
    REFUSED
  }

  private final EdgeRules rules;
  private final Http2ConnectionGuard connection;
  private final Outlet.OfStream outlet = new Outlet.OfStream();
  private final ClientBuffers buffers;
  private final RequestIntake intake;
  private final int id;
  private Asked asked = Asked.NOTHING;
  private Answered answered = Answered.NOTHING;
  private long since = System.nanoTime();
  private int late;
  private @Nullable HttpRequest head;
  private @Nullable ChannelHandlerContext context;

  Http2StreamGuard(EdgeRules rules, Http2ConnectionGuard connection, Channel stream, int id) {
    this.rules = rules;
    this.connection = connection;
    this.id = id;
    this.buffers = rules.newBuffers(stream, outlet);
    this.intake = new RequestIntake(rules, buffers, stream);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    context.pipeline().addAfter(NAME, ClientBuffers.NAME, buffers);
    context.channel().config().setWriteBufferWaterMark(HELD);
    context.channel().attr(Peer.KEY).set(connection.peer());
    connection.begins(id, this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    connection.ends(id);
  }

  /** The connection's clock. */
  void tick(long now) {
    var at = context;
    if (at == null) {
      return;
    }
    if (buffers.stuckFor(now) >= rules.sendTimeoutNanos()) {
      buffers.letGo("timeout");
      return;
    }
    // While an answer is on its way its request may take its time: they belong together.
    var waits = asked == Asked.HEAD && (answered == Answered.NOTHING || answered == Answered.WHOLE);
    if (waits && now - since >= rules.limit(false, true)) {
      refuse(at, ErrorCode.REQUEST_TIMEOUT);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof LastHttpContent && ends()) {
      ReferenceCountUtil.release(message);
      reset(context, Http2Error.PROTOCOL_ERROR);
      return;
    }
    if (answered == Answered.REFUSED || !(message instanceof HttpObject)) {
      // The rest of what was refused, or a frame of an extension (RFC 9113 section 5.5).
      late += message instanceof HttpContent content ? content.content().readableBytes() : 0;
      ReferenceCountUtil.release(message);
      if (late > LateBytes.MOST) {
        reset(context, resetCode());
      }
      return;
    }
    var broken = message instanceof HttpRequest request ? brokenHead(request) : null;
    if (broken == null && message instanceof HttpContent content) {
      broken = brokenPiece(content);
    }
    if (broken != null) {
      ReferenceCountUtil.release(message);
      refuse(context, broken);
    } else {
      context.fireChannelRead(message);
    }
  }

  /** True when there is nothing to end: trailers of no request. */
  private boolean ends() {
    var nothing = asked == Asked.NOTHING;
    asked = Asked.WHOLE;
    return nothing;
  }

  private @Nullable ErrorCode brokenHead(HttpRequest request) {
    head = request;
    since = System.nanoTime();
    asked = Asked.HEAD;
    var tooLong = rules.tooLong(request.uri(), request.headers());
    return tooLong == null ? intake.head(request) : tooLong;
  }

  private @Nullable ErrorCode brokenPiece(HttpContent content) {
    var tooLong =
        content instanceof LastHttpContent last ? rules.tooLong("", last.trailingHeaders()) : null;
    var broken = tooLong == null ? intake.piece(content) : tooLong;
    if (intake.cameOn()) {
      since = System.nanoTime();
    }
    return broken;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (answered == Answered.REFUSED) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (!(message instanceof HttpResponse response)
        || AnswerHead.completes(response, context.channel())) {
      answered = Answered.HEAD;
      if (message instanceof LastHttpContent) {
        answered = Answered.WHOLE;
        buffers.giveBodies();
      }
    }
    var bytes = message instanceof ByteBufHolder holder ? holder.content().readableBytes() : 0;
    var _ = context.write(message, bytes == 0 ? promise : counting(bytes, promise));
  }

  private ChannelPromise counting(int bytes, ChannelPromise promise) {
    connection.sent(bytes);
    outlet.written(bytes);
    return promise.unvoid().addListener(_ -> outlet.taken(bytes));
  }

  private void refuse(ChannelHandlerContext context, ErrorCode code) {
    if (answered != Answered.NOTHING) {
      // Part of an answer is on its way; another one would be taken for more of it.
      reset(context, resetCode());
      return;
    }
    answered = Answered.REFUSED;
    rules.count(code);
    // Reads on, so that the client gets to see the answer before the stream is reset.
    context.channel().config().setAutoRead(true);
    var answer = rules.answer(code, head, true);
    if (head != null && HttpMethod.HEAD.equals(head.method())) {
      // HTTP/1.1's codec leaves it out by itself.
      answer.content().clear();
    }
    var sent = counting(answer.content().readableBytes(), context.newPromise());
    context.writeAndFlush(answer, sent).addListener(_ -> linger(context));
  }

  private void linger(ChannelHandlerContext context) {
    if (asked != Asked.WHOLE) {
      var _ =
          context
              .executor()
              .schedule(
                  () -> reset(context, Http2Error.NO_ERROR), LINGER_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** RFC 9113 section 8.1: a whole answer stands, though the request does not go on. */
  private Http2Error resetCode() {
    return isAnswered() ? Http2Error.NO_ERROR : Http2Error.INTERNAL_ERROR;
  }

  /** Written is not enough: what the client's window does not let through waits in the codec. */
  private boolean isAnswered() {
    return (answered == Answered.WHOLE || answered == Answered.REFUSED) && outlet.pending() == 0;
  }

  private static void reset(ChannelHandlerContext context, Http2Error error) {
    if (context.channel().isActive()) {
      var _ = context.writeAndFlush(new DefaultHttp2ResetFrame(error));
      var _ = context.close();
    }
  }

  /** Whoever closes a stream before its end resets it, and says why. */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    if (context.channel().isActive() && (asked != Asked.WHOLE || !isAnswered())) {
      var _ = context.writeAndFlush(new DefaultHttp2ResetFrame(resetCode()));
    }
    var _ = context.close(promise);
  }

  /** What could not be made a request of, or breaks the rules of streams. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var fault = Http2CodecUtil.getEmbeddedHttp2Exception(cause);
    if (fault == null) {
      context.fireExceptionCaught(cause);
    } else {
      reset(context, fault.error());
    }
  }
}
