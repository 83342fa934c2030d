package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ErrorCode;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Guards one client connection, right behind the HTTP codec: what is malformed, too large or too
 * slow is refused here, before anything is allocated for it, and the connection is closed.
 */
final class Http1ConnectionGuard extends ChannelDuplexHandler {
  static final String NAME = "gatehouse.edge";
  private static final int MAX_PIPELINED = 32;
  private static final int LINGER_SECONDS = 1;

  /** Where the connection is; the clock runs in all but WAITING. */
  private enum Phase {
    IDLE,
    HEAD,
    BODY,
    WAITING
  }

  private final EdgeRules rules;
  private final ClientBuffers buffers;
  private final RequestIntake intake;
  private Phase phase = Phase.IDLE;
  private long since = System.nanoTime();
  private int pending;
  private boolean gotMessage;
  private boolean answering;
  private boolean refused;
  private boolean encrypted;
  private boolean gotBytes;
  private @Nullable HttpRequest head;
  private @Nullable Future<?> clock;

  Http1ConnectionGuard(EdgeRules rules, Channel channel) {
    this.rules = rules;
    this.buffers = rules.newBuffers(channel, Outlet.ofSocket(channel));
    this.intake = new RequestIntake(rules, buffers, channel);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addAfter(NAME, ClientBuffers.NAME, buffers);
    context.channel().attr(Peer.KEY).set(rules.peer(context.channel().remoteAddress()));
    clock = rules.onEachTick(context.executor(), () -> tick(context));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    var running = clock;
    if (running != null) {
      running.cancel(false);
    }
  }

  private void tick(ChannelHandlerContext context) {
    var now = System.nanoTime();
    if (buffers.stuckFor(now) >= rules.sendTimeoutNanos()) {
      buffers.letGo("timeout");
      return;
    }
    var waited = now - since;
    if (refused || waited < rules.limit(phase == Phase.HEAD, phase == Phase.BODY)) {
      return;
    }
    switch (phase) {
      case IDLE -> {
        if (!buffers.isSending()) {
          close(context);
        }
      }
      case HEAD, BODY -> refuse(context, ErrorCode.REQUEST_TIMEOUT);
      case WAITING -> {}
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    gotMessage = true;
    if (refused) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof HttpObject object && object.decoderResult().isFailure()) {
      head = message instanceof HttpRequest request ? request : head;
      ReferenceCountUtil.release(message);
      refuse(context, unparsable(object));
      return;
    }
    if (message instanceof HttpRequest request && !accepts(context, request)) {
      return;
    }
    if (message instanceof HttpContent content && !accepts(context, content)) {
      return;
    }
    context.fireChannelRead(message);
  }

  private boolean accepts(ChannelHandlerContext context, HttpRequest request) {
    head = request;
    if (!RequestRules.isPlainHttp1(request)) {
      ReferenceCountUtil.release(request);
      refuse(context, null);
      return false;
    }
    AbsoluteForm.settle(request, isSecure(context));
    var broken = intake.head(request);
    if (broken != null) {
      ReferenceCountUtil.release(request);
      refuse(context, broken);
      return false;
    }
    if (++pending > MAX_PIPELINED) {
      ReferenceCountUtil.release(request);
      refused = true;
      close(context);
      return false;
    }
    phase = Phase.BODY;
    since = System.nanoTime();
    answering = false;
    return true;
  }

  private boolean accepts(ChannelHandlerContext context, HttpContent content) {
    var broken = intake.piece(content);
    if (broken != null) {
      content.release();
      refuse(context, broken);
      return false;
    }
    if (content instanceof LastHttpContent) {
      phase = Phase.WAITING;
      settle();
    } else if (intake.cameOn()) {
      since = System.nanoTime();
    }
    return true;
  }

  /** Null stands for a bare 400: what cannot be parsed gets no more. Bodies have lines, too. */
  private static @Nullable ErrorCode unparsable(HttpObject object) {
    return switch (object.decoderResult().cause()) {
      case TooLongHttpLineException _ when object instanceof HttpRequest -> ErrorCode.URI_TOO_LONG;
      case TooLongHttpHeaderException _ -> ErrorCode.HEADERS_TOO_LARGE;
      default -> null;
    };
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (!refused && !gotMessage && phase == Phase.IDLE && (gotBytes || !encrypted)) {
      phase = Phase.HEAD;
      since = System.nanoTime();
    }
    gotMessage = false;
    gotBytes = false;
    context.fireChannelReadComplete();
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    if (refused) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    if (!(message instanceof HttpResponse response)
        || AnswerHead.completes(response, context.channel())) {
      answering = true;
      if (message instanceof LastHttpContent) {
        pending--;
        settle();
      }
    }
    var _ = context.write(message, promise);
  }

  /** Bytes alone do not begin a request here: {@link #bytesCame()} says which do. */
  void beginsByDecryptedBytes() {
    encrypted = true;
  }

  void bytesCame() {
    gotBytes = true;
  }

  private void settle() {
    if (pending == 0 && phase == Phase.WAITING) {
      phase = Phase.IDLE;
      head = null;
      since = System.nanoTime();
      answering = false;
      buffers.giveBodies();
    }
  }

  private void refuse(ChannelHandlerContext context, @Nullable ErrorCode code) {
    refused = true;
    var others = phase == Phase.BODY ? pending - 1 : pending;
    if (others > 0 || answering) {
      // An answer is under way on this connection; another one would be taken for a part of it.
      close(context);
      return;
    }
    rules.count(code);
    LateBytes.throwAway(context.channel());
    var secure = isSecure(context);
    context
        .writeAndFlush(code == null ? EdgeRules.bare(secure) : rules.answer(code, head, secure))
        .addListener((ChannelFuture _) -> linger(context));
  }

  private static void linger(ChannelHandlerContext context) {
    if (context.channel() instanceof DuplexChannel duplex
        && duplex.isActive()
        && !isSecure(context)) {
      var _ = duplex.shutdownOutput();
    }
    var _ = context.executor().schedule(() -> close(context), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private static boolean isSecure(ChannelHandlerContext context) {
    return context.pipeline().get(SslHandler.class) != null;
  }

  private static void close(ChannelHandlerContext context) {
    var _ = context.close();
  }
}
