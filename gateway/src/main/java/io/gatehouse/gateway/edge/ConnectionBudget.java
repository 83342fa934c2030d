package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.platform.AddressKey;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many connections clients hold, for each costs memory before anything is asked on it. Nobody
 * gets more than a quarter of what is free, so that several who take all they can leave room for
 * others. How often somebody connects is not bounded: a service that keeps no connection may ask
 * hundreds of times a second.
 */
class ConnectionBudget {
  private static final Logger log = LoggerFactory.getLogger(ConnectionBudget.class);
  private static final int SHARES = 4;
  private static final long TELLING_PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final int most;
  private final int mostPerCaller;
  private final Counter refused;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentMap<String, Integer> callers = new ConcurrentHashMap<>();
  private final AtomicLong toldAt = new AtomicLong(System.nanoTime() - TELLING_PAUSE);

  ConnectionBudget(int most, int mostPerCaller, MeterRegistry meters) {
    this.most = most;
    this.mostPerCaller = mostPerCaller;
    this.refused =
        Counter.builder("gateway.edge.connections.refused")
            .description("Closed at once: their address, or all together, held too many")
            .register(meters);
    Gauge.builder("gateway.edge.connections", open, AtomicInteger::get)
        .description("Of clients, that are open")
        .register(meters);
  }

  /**
   * Gives a connection its place.
   *
   * @param address whose it is; null for one that only the sum bounds
   * @return false when there is none for it; else {@link #close} must follow
   */
  boolean open(@Nullable String address) {
    var held = open.incrementAndGet();
    var share = Math.min(mostPerCaller, (most - held) / SHARES + 1);
    if (held > most || (address != null && !take(AddressKey.of(address), share))) {
      open.decrementAndGet();
      refused.increment();
      tell(address, held);
      return false;
    }
    return true;
  }

  void close(@Nullable String address) {
    open.decrementAndGet();
    if (address != null) {
      give(AddressKey.of(address));
    }
  }

  /** Once a minute, for a load balancer that hides its clients would suffer in silence. */
  private void tell(@Nullable String address, int held) {
    var now = System.nanoTime();
    var last = toldAt.get();
    if (now - last >= TELLING_PAUSE && toldAt.compareAndSet(last, now)) {
      log.warn(
          "connections of {} are refused: {} are open, gatehouse.edge.connections is {}, "
              + "connections-per-caller {}; a load balancer belongs into gatehouse.trusted-proxies",
          address == null ? "a trusted proxy, or this machine," : address,
          held - 1,
          most,
          mostPerCaller);
    }
  }

  private boolean take(String caller, int share) {
    if (callers.merge(caller, 1, Integer::sum) > share) {
      give(caller);
      return false;
    }
    return true;
  }

  private void give(String caller) {
    callers.computeIfPresent(caller, (_, places) -> places > 1 ? places - 1 : null);
  }
}
