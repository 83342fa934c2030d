package io.gatehouse.gateway.upstreams;

import io.gatehouse.gateway.upstreams.InstanceProbes.Finding;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One running instance of a service and how it has behaved lately. */
final class Instance {
  private static final long FIRST_EJECTION = Duration.ofSeconds(1).toNanos();
  private static final long LONGEST_EJECTION = Duration.ofSeconds(10).toNanos();

  private static final long LONGEST_MISSING = Duration.ofSeconds(90).toNanos();

  private final InetSocketAddress address;
  private final String name;
  private final Duration connectTimeout;
  private final @Nullable Function<Channel, SslHandler> security;
  private final ConcurrentMap<EventLoop, UpstreamPool> pools = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final int managementPort;
  private final Map<String, String> metadata;
  private volatile Presence presence = Presence.ANSWERS;
  private volatile boolean answeredOnManagement;
  private volatile @Nullable Finding lastFinding;
  private volatile long missingSince;
  private volatile int failuresInARow;
  private volatile long ejectedUntil;
  private volatile boolean ejected;

  /** What the gateway's own probes and the registry say of it. */
  private enum Presence {
    ANSWERS,
    /** One probe was not answered, which may be a pause. */
    LATE,
    SILENT,
    /** The registry no longer names it; by its own word it is in service. */
    MISSING,
    /** The registry no longer names it, and rightly so. */
    GONE
  }

  /**
   * @param managementPort plain HTTP; 0 when it registered none
   * @param metadata that it registered
   * @param security for its connections; null leaves them plain
   */
  Instance(
      String host,
      int port,
      int managementPort,
      Map<String, String> metadata,
      Duration connectTimeout,
      @Nullable Function<Channel, SslHandler> security) {
    this.address = InetSocketAddress.createUnresolved(host, port);
    this.name = host + ":" + port;
    this.managementPort = managementPort;
    this.metadata = metadata;
    this.connectTimeout = connectTimeout;
    this.security = security;
  }

  String name() {
    return name;
  }

  String host() {
    return address.getHostString();
  }

  int port() {
    return address.getPort();
  }

  boolean isSecure() {
    return security != null;
  }

  int managementPort() {
    return managementPort;
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /** In one word, for people: up, silent, unregistered or ejected. */
  String state(long now) {
    return switch (presence) {
      case ANSWERS, LATE -> ejected && now - ejectedUntil < 0 ? "ejected" : "up";
      case SILENT, GONE -> "silent";
      case MISSING -> "unregistered";
    };
  }

  boolean hasAnsweredOnManagement() {
    return answeredOnManagement;
  }

  void managementAnswered() {
    answeredOnManagement = true;
  }

  /** A probe came back. Two unanswered ones in a row are silence, one can be a pause. */
  synchronized void probed(Finding finding) {
    lastFinding = finding;
    presence =
        switch (presence) {
          case MISSING ->
              finding == Finding.READY || finding == Finding.ALIVE
                  ? Presence.MISSING
                  : Presence.GONE;
          case GONE -> Presence.GONE;
          case ANSWERS, LATE, SILENT ->
              switch (finding) {
                case READY, ALIVE, UNREADY, CONNECTED -> Presence.ANSWERS;
                case REFUSED -> Presence.SILENT;
                case SILENT -> presence == Presence.ANSWERS ? Presence.LATE : Presence.SILENT;
              };
        };
  }

  /** What the last probe found; null when it was never asked. */
  @Nullable Finding lastFinding() {
    return lastFinding;
  }

  /** True while the probes find it hung or dead. */
  boolean isSilent() {
    var now = presence;
    return now == Presence.SILENT || now == Presence.GONE;
  }

  /** True while it is kept against the registry's word. */
  boolean isMissing() {
    return presence == Presence.MISSING;
  }

  /** The registry names it. */
  synchronized void registered() {
    if (presence == Presence.MISSING || presence == Presence.GONE) {
      presence = Presence.ANSWERS;
    }
  }

  /**
   * The registry no longer names it. A registry that was restarted knows nobody for some seconds,
   * so an instance that can be asked is kept, for a minute and a half at most, until it says or
   * shows that it is out of service.
   *
   * @return whether it is kept
   */
  synchronized boolean keepMissing(long now) {
    switch (presence) {
      case ANSWERS, LATE -> {
        missingSince = now;
        presence = answeredOnManagement ? Presence.MISSING : Presence.GONE;
      }
      case MISSING -> {
        if (now - missingSince > LONGEST_MISSING) {
          presence = Presence.GONE;
        }
      }
      case SILENT, GONE -> presence = Presence.GONE;
    }
    return presence == Presence.MISSING;
  }

  /** A connection was refused: of an instance that the registry does not name, the last word. */
  synchronized void refused() {
    if (presence == Presence.MISSING) {
      presence = Presence.GONE;
    }
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
    return !isSilent() && (!ejected || now - ejectedUntil >= 0);
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
