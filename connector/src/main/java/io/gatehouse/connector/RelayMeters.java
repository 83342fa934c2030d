package io.gatehouse.connector;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What a relay has done and how far it is behind. */
final class RelayMeters {
  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final Counter sent;
  private final Counter repeated;
  private final Counter failures;
  private final Map<ResyncReason, Counter> resyncs = new EnumMap<>(ResyncReason.class);
  private final AtomicLong lagBytes = new AtomicLong();
  private final AtomicLong upToDate = new AtomicLong(System.nanoTime());
  private volatile boolean active;
  private volatile boolean waiting;
  private volatile @Nullable String lastFailure;

  /** Of the log; what is at or before it was sent before. */
  private final AtomicLong highest = new AtomicLong();

  RelayMeters(MeterRegistry registry, String topic) {
    sent =
        Counter.builder("gatehouse.connector.events.sent")
            .description("Events that the brokers acknowledged, repeats included")
            .tag("topic", topic)
            .register(registry);
    repeated =
        Counter.builder("gatehouse.connector.events.repeated")
            .description("Events that were sent although they may have been sent before")
            .tag("topic", topic)
            .register(registry);
    failures =
        Counter.builder("gatehouse.connector.failures")
            .description("Batches not acknowledged in time, and connections lost")
            .tag("topic", topic)
            .register(registry);
    for (var reason : ResyncReason.values()) {
      resyncs.put(
          reason,
          Counter.builder("gatehouse.connector.resyncs")
              .description("How often a table was read because the slot could not tell")
              .tag("topic", topic)
              .tag("reason", reason.label())
              .register(registry));
    }
    Gauge.builder("gatehouse.connector.lag.bytes", lagBytes::get)
        .description("Log that the server has written since the last event that was sent")
        .baseUnit("bytes")
        .tag("topic", topic)
        .register(registry);
    Gauge.builder("gatehouse.connector.lag.seconds", this::lagSeconds)
        .description(
            "Age of the moment up to which everything has been sent; 0 of one that stands by")
        .baseUnit("seconds")
        .tag("topic", topic)
        .register(registry);
    Gauge.builder("gatehouse.connector.active", () -> active ? 1 : 0)
        .description("Whether this instance is the one that sends")
        .tag("topic", topic)
        .register(registry);
  }

  void delivered(int events) {
    waiting = false;
    lastFailure = null;
    sent.increment(events);
  }

  /** A batch will be sent again. */
  void undelivered(int events) {
    waiting = true;
    repeated.increment(events);
  }

  void failed(String reason) {
    failures.increment();
    lastFailure = reason;
  }

  /** Sent from the log, up to this place in it. */
  void streamed(int events, long last) {
    if (events > 0) {
      if (last <= highest.get()) {
        repeated.increment(events);
      }
      highest.accumulateAndGet(last, Math::max);
    }
  }

  /** Sent from the table. */
  void resynced(int events) {
    repeated.increment(events);
  }

  /** A table has to be read. */
  void resync(ResyncReason reason) {
    Objects.requireNonNull(resyncs.get(reason)).increment();
  }

  void lag(long bytes) {
    lagBytes.set(bytes);
  }

  /** Everything that had been committed at this time has been sent. */
  void upToDateAt(long nanos) {
    upToDate.set(nanos);
  }

  void active(boolean isActive) {
    if (isActive && !active) {
      upToDate.set(System.nanoTime());
    }
    active = isActive;
  }

  /** Whether a batch waits for the brokers. */
  boolean isWaiting() {
    return waiting;
  }

  @Nullable String lastFailure() {
    return lastFailure;
  }

  private double lagSeconds() {
    return active ? (System.nanoTime() - upToDate.get()) / NANOS : 0;
  }
}
