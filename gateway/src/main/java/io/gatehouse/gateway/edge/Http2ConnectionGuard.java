package io.gatehouse.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.NettyPipeline;

/**
 * Guards one HTTP/2 connection, between TLS and the codec: whoever floods it with frames, leaves
 * one half sent or takes nothing loses the connection (RFC 9113 section 10.5), and nobody else
 * does. Its clock is that of its streams, too.
 */
final class Http2ConnectionGuard extends ChannelDuplexHandler {
  static final String NAME = "gatehouse.http2";
  private static final Logger log = LoggerFactory.getLogger(Http2ConnectionGuard.class);
  private static final int LINGER_SECONDS = 1;

  private enum Phase {
    SERVING,
    /** Told to go: stays for a moment, or the client would be reset before it has read why. */
    DISMISSED,
    CLOSING
  }

  private final EdgeRules rules;
  private final Http2FrameCodec codec;
  private final Peer peer;
  private final Outlet outlet;
  private final Http2FrameScanner scanner = new Http2FrameScanner(this::allows);
  private final Http2FrameBudget budget;
  private final IntObjectMap<Http2StreamGuard> streams = new IntObjectHashMap<>();
  private long since = System.nanoTime();
  private long quietSince = since;
  private Phase phase = Phase.SERVING;
  private int frameType;
  private @Nullable Future<?> clock;
  private @Nullable ChannelPromise closed;

  Http2ConnectionGuard(EdgeRules rules, Http2FrameCodec codec, Channel channel) {
    this.rules = rules;
    this.codec = codec;
    this.peer = rules.peer(channel.remoteAddress());
    this.outlet = Outlet.ofSocket(channel);
    this.budget = new Http2FrameBudget(rules.http2().maxControlFrames(), since);
  }

  Peer peer() {
    return peer;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    context.pipeline().addLast(Faults.NAME, new Faults());
    codec.connection().addListener(new Goodbyes(context));
    clock = rules.onEachTick(context.executor(), () -> tick(context));
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    var running = clock;
    if (running != null) {
      running.cancel(false);
    }
  }

  void begins(int stream, Http2StreamGuard guard) {
    streams.put(stream, guard);
    budget.streamBegan();
  }

  void ends(int stream) {
    streams.remove(stream);
    quietSince = System.nanoTime();
  }

  /** Bytes of an answer are on their way. */
  void sent(int bytes) {
    budget.sent(bytes);
  }

  private void tick(ChannelHandlerContext context) {
    var now = System.nanoTime();
    if (phase != Phase.SERVING) {
      return;
    }
    if (outlet.stuckFor(now) >= rules.sendTimeoutNanos()) {
      rules.countUnread("timeout");
      phase = Phase.CLOSING;
      var _ = context.close();
      return;
    }
    List.copyOf(streams.values()).forEach(stream -> stream.tick(now));
    if (scanner.isInside()) {
      var isBody = frameType == Http2FrameTypes.DATA;
      if (now - since >= rules.limit(!isBody, isBody)) {
        dismiss(context, "a frame was not sent in time");
      }
    } else if (streams.isEmpty() && now - quietSince >= rules.limit(false, false)) {
      // Through the codec, which says goodbye.
      phase = Phase.CLOSING;
      var _ = context.channel().close();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (phase != Phase.SERVING) {
      ReferenceCountUtil.release(message);
      return;
    }
    if (message instanceof ByteBuf bytes) {
      var before = scanner.units();
      if (!scanner.scan(bytes)) {
        bytes.release();
        dismiss(context, "too many frames that ask for nothing");
        return;
      }
      if (scanner.units() != before) {
        since = System.nanoTime();
      }
    }
    context.fireChannelRead(message);
  }

  private boolean allows(int type, int flags, int stream, int length) {
    frameType = type;
    return switch (type) {
      case Http2FrameTypes.CONTINUATION -> true;
      case Http2FrameTypes.DATA ->
          isOfUse(flags, stream, length) || budget.spend(System.nanoTime());
      default -> budget.spend(System.nanoTime());
    };
  }

  private boolean isOfUse(int flags, int stream, int length) {
    return (length > 0 || (flags & Http2Flags.END_STREAM) != 0) && streams.containsKey(stream);
  }

  private void dismiss(ChannelHandlerContext context, String reason) {
    codec.onError(
        context.pipeline().context(NettyPipeline.HttpCodec),
        false,
        Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, reason));
  }

  private void leave(ChannelHandlerContext context) {
    phase = Phase.CLOSING;
    var _ = context.close(closed == null ? context.newPromise() : closed);
  }

  /** The codec closes as soon as its goodbye is written. */
  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    var first = closed;
    if (phase != Phase.DISMISSED) {
      var _ = context.close(promise);
    } else if (first == null) {
      closed = promise;
    } else {
      var _ = first.addListener(_ -> promise.trySuccess());
    }
  }

  /** Told of each, whoever says it: this guard, or the codec's own limits. */
  private final class Goodbyes extends Http2ConnectionAdapter {
    private final ChannelHandlerContext context;

    private Goodbyes(ChannelHandlerContext context) {
      this.context = context;
    }

    @Override
    public void onGoAwaySent(int lastStream, long code, ByteBuf debugData) {
      var error = Http2Error.valueOf(code);
      if (error != Http2Error.NO_ERROR && phase == Phase.SERVING) {
        rules.countConnectionError(error == null ? "UNKNOWN" : error.name());
        phase = Phase.DISMISSED;
        LateBytes.throwAway(context.channel());
        var _ = context.executor().schedule(() -> leave(context), LINGER_SECONDS, TimeUnit.SECONDS);
      }
    }
  }

  /** At the pipeline's end: takes what the codec says of the connection. */
  private static final class Faults extends ChannelInboundHandlerAdapter {
    static final String NAME = "gatehouse.http2.faults";

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      // Settings, pings and goodbyes, which the codec has answered.
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      log.debug("{}: {}", context.channel(), cause.toString());
    }
  }
}
