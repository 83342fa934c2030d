package io.gatehouse.gateway.upstreams;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * How many requests of a service may wait for their head at once: additive increase, multiplicative
 * decrease, as TCP finds a path's capacity (RFC 5681).
 *
 * <p>An answer is late when it took more than half of the request's deadline, early when it took
 * less than an eighth. Late answers halve the limit once they have come for three seconds without
 * an early one between them: a queue that stands, not a burst that drains (the distinction is
 * CoDel's, RFC 8289). An early one, while at least half of the limit is in use, raises it: by one
 * until the first decrease (so it doubles with each round), from then on by one per round; and back
 * to where it began, when the last late one is five seconds ago. So a service that is asked for ten
 * times what it can do queues what it can do before the deadline, and the rest is shed before it
 * costs anything. A bound relative to the fastest answer seen (Vegas, gradient) would take the slow
 * calls of a service for congestion.
 */
final class ConcurrencyLimit {
  private static final int LATE_DIVISOR = 2;
  private static final int EARLY_DIVISOR = 8;
  private static final long STANDING = Duration.ofSeconds(3).toNanos();
  private static final long CALM = Duration.ofSeconds(5).toNanos();
  private static final int FIRST = 128;
  private static final int LEAST = 32;

  private final int mostPerInstance;
  private final LongSupplier clock;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile double limit = FIRST;
  private volatile boolean wasDecreased;
  private volatile boolean late;
  private long lateSince;

  /** What a request told about its service. */
  enum Outcome {
    EARLY,
    LATE,
    /** Nothing: it took its time, it failed, or its client left. */
    NEITHER;

    static Outcome of(long nanos, Duration deadline, boolean answered) {
      if (nanos > deadline.toNanos() / LATE_DIVISOR) {
        return LATE;
      }
      return answered && nanos < deadline.toNanos() / EARLY_DIVISOR ? EARLY : NEITHER;
    }
  }

  /**
   * Starts with room for a burst of a hundred calls to a service that has only just started, whose
   * first answers are slow.
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

  /** Takes a permit; false when there is none. */
  boolean enter(int instances) {
    if (inFlight.incrementAndGet() > limit(instances)) {
      inFlight.decrementAndGet();
      return false;
    }
    return true;
  }

  /** Gives a permit back and learns from how it went. */
  void leave(Outcome outcome, int instances) {
    var before = inFlight.getAndDecrement();
    switch (outcome) {
      case LATE -> late(clock.getAsLong());
      case EARLY -> {
        if (wasDecreased && limit < FIRST) {
          forget(clock.getAsLong());
        }
        if (late) {
          late = false;
        }
        if (before * 2 >= limit(instances) && limit < (double) mostPerInstance * instances) {
          increase();
        }
      }
      case NEITHER -> {}
    }
  }

  private synchronized void late(long now) {
    if (!late) {
      late = true;
      lateSince = now;
    } else if (now - lateSince >= STANDING) {
      wasDecreased = true;
      lateSince = now;
      limit = Math.max(LEAST, limit / 2);
    }
  }

  /** Early answers, and none late for a while: the trouble is over, and a burst has room again. */
  private synchronized void forget(long now) {
    if (now - lateSince >= CALM) {
      limit = Math.max(limit, FIRST);
    }
  }

  private synchronized void increase() {
    limit += wasDecreased ? 1 / limit : 1;
  }
}
