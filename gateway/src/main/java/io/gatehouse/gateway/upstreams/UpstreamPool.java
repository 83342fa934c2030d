package io.gatehouse.gateway.upstreams;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.HttpResources;

/**
 * The idle connections of one event loop to one instance. It belongs to that loop, so nothing is
 * locked and no request changes threads. How many there are is bounded by the requests in flight.
 */
final class UpstreamPool {
  /** Below the 20 s after which the shortest of the upstreams closes an idle connection. */
  private static final long MAX_IDLE = Duration.ofSeconds(10).toNanos();

  private static final long MAX_LIFE = Duration.ofMinutes(5).toNanos();
  private static final int SWEEP_SECONDS = 5;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final ArrayDeque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Future<?> sweeping;
  private boolean retired;

  /** Who wants a connection. Exactly one of the two is called, once. */
  interface Borrower {
    void connected(UpstreamConnection connection);

    void notConnected(Throwable cause);
  }

  /**
   * @param security makes the handler that encrypts a connection; null leaves it plain
   */
  UpstreamPool(
      EventLoop loop,
      InetSocketAddress address,
      Duration connectTimeout,
      @Nullable Function<Channel, SslHandler> security) {
    this.loop = loop;
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(HttpResources.get().onChannelClass(SocketChannel.class, loop))
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis())
            .remoteAddress(address)
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    if (security != null) {
                      channel.pipeline().addLast(security.apply(channel));
                    }
                    channel.pipeline().addLast(codec()).addLast(newConnection(channel));
                  }
                });
    sweeping =
        loop.scheduleWithFixedDelay(this::sweep, SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
  }

  private UpstreamConnection newConnection(Channel channel) {
    return new UpstreamConnection(this, channel, System.nanoTime());
  }

  private static HttpClientCodec codec() {
    return new HttpClientCodec(
        new HttpDecoderConfig().setMaxHeaderSize(32 * 1024).setMaxChunkSize(64 * 1024),
        false,
        false);
  }

  void acquire(Borrower borrower) {
    var now = System.nanoTime();
    for (var next = idle.pollLast(); next != null; next = idle.pollLast()) {
      if (next.isUsable(now, MAX_IDLE, MAX_LIFE)) {
        borrower.connected(next);
        return;
      }
      next.close();
    }
    bootstrap.connect().addListener((ChannelFuture done) -> connected(done, borrower));
  }

  private static void connected(ChannelFuture done, Borrower borrower) {
    if (!done.isSuccess()) {
      borrower.notConnected(done.cause());
      return;
    }
    var pipeline = done.channel().pipeline();
    var security = pipeline.get(SslHandler.class);
    var connection = pipeline.get(UpstreamConnection.class);
    if (security == null) {
      borrower.connected(connection);
    } else {
      security.handshakeFuture().addListener(shaken -> shaken(shaken, connection, borrower));
    }
  }

  /** Nothing was sent yet, so a refused handshake is as good as a refused connection. */
  private static void shaken(
      io.netty.util.concurrent.Future<?> done, UpstreamConnection connection, Borrower borrower) {
    if (done.isSuccess()) {
      borrower.connected(connection);
    } else {
      borrower.notConnected(done.cause());
    }
  }

  void release(UpstreamConnection connection) {
    if (retired) {
      connection.close();
    } else {
      idle.addLast(connection);
    }
  }

  /** The instance left the registry: keeps no connection beyond its current request. */
  void retire() {
    loop.execute(
        () -> {
          retired = true;
          sweeping.cancel(false);
          for (var next = idle.pollLast(); next != null; next = idle.pollLast()) {
            next.close();
          }
        });
  }

  void forget(UpstreamConnection connection) {
    idle.remove(connection);
  }

  private void sweep() {
    var now = System.nanoTime();
    for (var oldest = idle.peekFirst();
        oldest != null && !oldest.isUsable(now, MAX_IDLE, MAX_LIFE);
        oldest = idle.peekFirst()) {
      idle.pollFirst();
      oldest.close();
    }
  }
}
