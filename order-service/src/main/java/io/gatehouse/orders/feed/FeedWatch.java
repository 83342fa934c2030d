package io.gatehouse.orders.feed;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.orders.feed.EventFeed.Horizon;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Looks every two seconds how far the feed may be read, which also tells whether the database
 * answers at all. A transaction that is held open in any database of the server holds the feed, and
 * with it the streams, back without an error anywhere: the gauges are what tells.
 */
@Component
class FeedWatch extends Polling {
  private static final Logger log = LoggerFactory.getLogger(FeedWatch.class);
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int MISSED = 3;

  private final EventFeed feed;
  private final Clock clock;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile Seen seen = new Seen(0, Instant.MIN, 0, 0);
  private final AtomicInteger missed = new AtomicInteger();

  FeedWatch(EventFeed feed, Clock clock, MeterRegistry meters) {
    super("watching the event feed");
    this.feed = feed;
    this.clock = clock;
    gauge("gatehouse.feed.horizon.age", Seen::age)
        .description("How long the oldest running transaction of the server has held the feed back")
        .register(meters);
    gauge("gatehouse.feed.lag", Seen::lag)
        .description("Age of the oldest event that the feed cannot show yet; 0 when there is none")
        .register(meters);
  }

  private Gauge.Builder<?> gauge(String name, ToDoubleFunction<Seen> value) {
    return Gauge.builder(name, this, watch -> value.applyAsDouble(watch.seen))
        .baseUnit("seconds")
        .tag("feed", "orders");
  }

  /**
   * What the last round found.
   *
   * @param oldest the oldest transaction that ran
   * @param since when it was seen first
   * @param age seconds since then; 0 when none ran
   * @param lag in seconds; not a number when the database did not answer
   */
  private record Seen(long oldest, Instant since, double age, double lag) {

    Seen then(Horizon horizon, Instant now) {
      var first = horizon.oldest() == oldest ? since : now;
      return new Seen(
          horizon.oldest(),
          first,
          horizon.isHeldBack() ? seconds(Duration.between(first, now)) : 0,
          horizon.lag());
    }

    Seen unknown() {
      return new Seen(oldest, since, Double.NaN, Double.NaN);
    }

    private static double seconds(Duration duration) {
      return duration.toMillis() / 1_000.0;
    }
  }

  /** False once several rounds in a row were not answered, until one is again. */
  boolean databaseAnswers() {
    return missed.get() < MISSED;
  }

  /** Runs when {@link #databaseAnswers} has changed. */
  void onChange(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return feed.horizon()
        .timeout(PATIENCE)
        .doOnNext(this::answered)
        .onErrorComplete(this::missed)
        .thenReturn(PAUSE);
  }

  private void answered(Horizon horizon) {
    seen = seen.then(horizon, clock.instant());
    var before = databaseAnswers();
    missed.set(0);
    if (!before) {
      log.info("the database answers again");
      listeners.forEach(Runnable::run);
    }
  }

  private boolean missed(Throwable failed) {
    seen = seen.unknown();
    if (missed.incrementAndGet() == MISSED) {
      log.warn("the database does not answer: not ready ({})", failed.toString());
      listeners.forEach(Runnable::run);
    }
    return true;
  }
}
