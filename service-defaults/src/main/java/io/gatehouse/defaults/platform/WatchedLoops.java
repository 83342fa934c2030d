package io.gatehouse.defaults.platform;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/**
 * The shared event loops, for clients whose every request is answered within a limit: a connection
 * on which something was sent, and nothing came for longer, is closed. So it goes with those that
 * are still being made, too, which a driver forgets when its time for making them is over.
 */
public final class WatchedLoops implements LoopResources {
  private final LoopResources loops = TcpResources.get();
  private final Duration silence;

  /** Watches for longer silences than this. */
  public WatchedLoops(Duration silence) {
    this.silence = silence;
  }

  @Override
  public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
    var channel = loops.onChannel(type, group);
    channel.pipeline().addFirst(new Watch(silence));
    return channel;
  }

  @Override
  public <C extends Channel> Class<? extends C> onChannelClass(
      Class<C> type, EventLoopGroup group) {
    return loops.onChannelClass(type, group);
  }

  @Override
  public EventLoopGroup onClient(boolean useNative) {
    return loops.onClient(useNative);
  }

  @Override
  public EventLoopGroup onServer(boolean useNative) {
    return loops.onServer(useNative);
  }

  @Override
  public EventLoopGroup onServerSelect(boolean useNative) {
    return loops.onServerSelect(useNative);
  }

  /** The loops are shared: whoever made them ends them. */
  @Override
  public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
    return Mono.empty();
  }

  /** Looks a few times per limit; a timer for each request would cost more than the request. */
  private static final class Watch extends ChannelDuplexHandler {
    private static final Logger log = LoggerFactory.getLogger(WatchedLoops.class);
    private static final int LOOKS = 4;

    private final long silenceNanos;
    private boolean waiting;
    private long since;

    Watch(Duration silence) {
      silenceNanos = silence.toNanos();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) throws Exception {
      lookLater(context);
      super.channelActive(context);
    }

    private void lookLater(ChannelHandlerContext context) {
      var _ =
          context
              .executor()
              .schedule(() -> look(context), silenceNanos / LOOKS, TimeUnit.NANOSECONDS);
    }

    private void look(ChannelHandlerContext context) {
      if (!context.channel().isActive()) {
        return;
      }
      if (waiting && System.nanoTime() - since > silenceNanos) {
        log.warn("{} fell silent and is closed", context.channel());
        var _ = context.close();
      } else {
        lookLater(context);
      }
    }

    @Override
    public void write(
        ChannelHandlerContext context, @Nullable Object message, ChannelPromise promise)
        throws Exception {
      if (!waiting && !(message instanceof ByteBuf bytes && !bytes.isReadable())) {
        waiting = true;
        since = System.nanoTime();
      }
      super.write(context, message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
      waiting = false;
      super.channelRead(context, message);
    }
  }
}
