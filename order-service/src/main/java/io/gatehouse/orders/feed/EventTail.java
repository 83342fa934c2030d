package io.gatehouse.orders.feed;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.orders.feed.EventFeed.Event;
import io.gatehouse.orders.feed.RecentEvents.Batch;
import io.gatehouse.store.FeedPosition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The feed's latest events, read once for all streams of this instance. While somebody listens it
 * asks the database every 50 ms; who falls behind what it holds reads pages instead.
 */
@Component
class EventTail extends Polling {
  private static final Logger log = LoggerFactory.getLogger(EventTail.class);
  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final int HELD = 4_096;
  private static final int PAGE = 512;

  private final EventFeed feed;
  private final RecentEvents recent = new RecentEvents(HELD);
  private final AtomicInteger listeners = new AtomicInteger();
  private volatile Sinks.Empty<Void> progress = Sinks.empty();

  EventTail(EventFeed feed) {
    super("tail of the event feed");
    this.feed = feed;
  }

  void join() {
    listeners.incrementAndGet();
  }

  void leave() {
    listeners.decrementAndGet();
  }

  /** Completes when it has come further; ask for it before looking, so that none is overlooked. */
  Mono<Void> progress() {
    return progress.asMono();
  }

  /** As {@link RecentEvents#after}: waits for a listener's next events, or is empty at once. */
  Mono<Batch> after(FeedPosition position, @Nullable String customerId, int limit) {
    return recent.after(position, customerId, limit);
  }

  @Override
  protected Mono<Duration> pollOnce() {
    if (listeners.get() == 0) {
      recent.forget();
      return Mono.just(PAUSE);
    }
    var from = recent.head();
    return from == null
        ? feed.end().doOnNext(this::begin).thenReturn(Duration.ZERO)
        : feed.after(from, null, PAGE)
            .doOnNext(this::add)
            .map(events -> events.size() < PAGE ? PAUSE : Duration.ZERO)
            .onErrorResume(EventFeed::isUnknown, _ -> beginAnew());
  }

  /** What is held never happened; who saw it finds out by himself. */
  private Mono<Duration> beginAnew() {
    log.warn("the database has lost events that streams have shown: they end, and begin anew");
    recent.forget();
    return Mono.just(Duration.ZERO);
  }

  private void begin(FeedPosition end) {
    recent.begin(end);
    tell();
  }

  private void add(List<Event> events) {
    if (!events.isEmpty()) {
      recent.add(events);
      tell();
    }
  }

  private void tell() {
    var before = progress;
    progress = Sinks.empty();
    before.tryEmitEmpty();
  }
}
