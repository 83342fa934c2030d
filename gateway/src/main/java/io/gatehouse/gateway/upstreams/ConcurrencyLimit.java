package io.gatehouse.gateway.upstreams;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How many requests of a service may wait for their head at once: additive increase, multiplicative
 * decrease, as TCP finds a path's capacity (RFC 5681).
 *
 * <p>An answer is late when it took more than a quarter of the request's deadline. A late one
 * halves the limit, once a second at most; one in time, while at least half of the limit is in use,
 * raises it: by one until the first late answer (so it doubles with each round), from then on by
 * one per round. So a service that is asked for ten times what it can do queues about a quarter of
 * a deadline's work, and the rest is shed before it costs anything. It starts high enough for a
 * burst of a hundred calls to a service that has only just started, whose first answers are slow. A
 * bound relative to the fastest answer seen (Vegas, gradient) would take the slow calls of a
 * service for congestion.
 */
final class ConcurrencyLimit {
  private static final int LATE_DIVISOR = 4;
  private static final long PAUSE = Duration.ofSeconds(1).toNanos();
  private static final int FIRST = 128;
  private static final int LEAST = 32;

  private final int mostPerInstance;
  private final LongSupplier clock;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile double limit = FIRST;
  private volatile boolean wasLate;
  private long lastDecrease;

  /** What a request told about its service. */
  enum Outcome {
    IN_TIME,
    LATE,
    /** It failed, or its client left: nothing. */
    UNKNOWN
  }

  /**
   * Starts with a moderate limit.
   *
   * @param clock in nanoseconds, monotonic
   */
  ConcurrencyLimit(int mostPerInstance, LongSupplier clock) {
    this.mostPerInstance = mostPerInstance;
    this.clock = clock;
  }

  int inFlight() {
    return inFlight.get();
  }

  /** The limit in force for a service of that many instances. */
  int limit(int instances) {
    return (int) Math.min(limit, (double) mostPerInstance * Math.max(1, instances));
  }

  /** Takes a place; false when there is none. */
  boolean enter(int instances) {
    if (inFlight.incrementAndGet() > limit(instances)) {
      inFlight.decrementAndGet();
      return false;
    }
    return true;
  }

  /** True when a service that took this long has more to do than it can. */
  static boolean isLate(long nanos, Duration deadline) {
    return nanos > deadline.toNanos() / LATE_DIVISOR;
  }

  /** Gives a place back and learns from how it went. */
  void leave(Outcome outcome, int instances) {
    var before = inFlight.getAndDecrement();
    switch (outcome) {
      case LATE -> decrease(clock.getAsLong());
      case IN_TIME -> {
        if (before * 2 >= limit(instances) && limit < (double) mostPerInstance * instances) {
          increase();
        }
      }
      case UNKNOWN -> {}
    }
  }

  private synchronized void decrease(long now) {
    if (!wasLate || now - lastDecrease >= PAUSE) {
      wasLate = true;
      lastDecrease = now;
      limit = Math.max(LEAST, limit / 2);
    }
  }

  private synchronized void increase() {
    limit += wasLate ? 1 / limit : 1;
  }
}
