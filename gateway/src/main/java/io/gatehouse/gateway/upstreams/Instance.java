package io.gatehouse.gateway.upstreams;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One running instance of a service and how it has behaved lately. */
final class Instance {
  private static final long FIRST_EJECTION = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_EJECTION = Duration.ofSeconds(10).toNanos();

  private final InetSocketAddress address;
  private final String name;
  private final Duration connectTimeout;
  private final @Nullable Function<Channel, SslHandler> security;
  private final ConcurrentMap<EventLoop, UpstreamPool> pools = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile int failuresInARow;
  private volatile long ejectedUntil;
  private volatile boolean ejected;

  /**
   * @param security for its connections; null leaves them plain
   */
  Instance(
      String host,
      int port,
      Duration connectTimeout,
      @Nullable Function<Channel, SslHandler> security) {
    this.address = InetSocketAddress.createUnresolved(host, port);
    this.name = host + ":" + port;
    this.connectTimeout = connectTimeout;
    this.security = security;
  }

  String name() {
    return name;
  }

  /** This loop's connections to the instance. */
  UpstreamPool pool(EventLoop loop) {
    var known = pools.get(loop);
    return known != null ? known : pools.computeIfAbsent(loop, this::newPool);
  }

  private UpstreamPool newPool(EventLoop loop) {
    return new UpstreamPool(loop, address, connectTimeout, security);
  }

  /** It left the registry. */
  void retire() {
    pools.values().forEach(UpstreamPool::retire);
  }

  AtomicInteger inFlight() {
    return inFlight;
  }

  /** False while it is ejected; after that one request may try it again. */
  boolean isAvailable(long now) {
    return !ejected || now - ejectedUntil >= 0;
  }

  void answered() {
    if (ejected) {
      ejected = false;
      failuresInARow = 0;
    }
  }

  /** Sends nothing here for 1 s, then 2, 4, 8, 10; returns true when it was in use until now. */
  synchronized boolean eject(long now) {
    var wasInUse = !ejected || now - ejectedUntil >= 0;
    if (wasInUse) {
      var pause = Math.min(LONGEST_EJECTION, FIRST_EJECTION << Math.min(failuresInARow, 4));
      failuresInARow++;
      ejectedUntil = now + pause;
      ejected = true;
    }
    return wasInUse;
  }

  /**
   * Claims the one trial after an ejection: everybody else sees it ejected for another second
   * unless the trial is answered.
   */
  synchronized void tryAgain(long now) {
    if (ejected && now - ejectedUntil >= 0) {
      ejectedUntil = now + FIRST_EJECTION;
    }
  }
}
