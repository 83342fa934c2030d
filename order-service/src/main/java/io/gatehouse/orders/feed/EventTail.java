package io.gatehouse.orders.feed;

import io.gatehouse.defaults.platform.Polling;
import io.gatehouse.orders.feed.EventFeed.Event;
import io.gatehouse.store.FeedPosition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
  private final ArrayDeque<Event> held = new ArrayDeque<>();
  private final AtomicInteger listeners = new AtomicInteger();
  private @Nullable FeedPosition floor;
  private @Nullable FeedPosition head;
  private volatile Sinks.Empty<Void> news = Sinks.empty();

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

  /** Completes at the next news; ask for it before looking, so that none is overlooked. */
  Mono<Void> news() {
    return news.asMono();
  }

  /**
   * The events after a position, oldest first; null when it is none of those that are held here,
   * because they do not reach back so far, or are of another history.
   */
  synchronized @Nullable List<Event> after(FeedPosition position, int limit) {
    var known = position.equals(floor);
    var found = new ArrayList<Event>();
    for (var event : held) {
      if (known && found.size() < limit) {
        found.add(event);
      }
      known = known || event.position().equals(position);
    }
    return known ? found : null;
  }

  @Override
  protected Mono<Duration> pollOnce() {
    if (listeners.get() == 0) {
      forget();
      return Mono.just(PAUSE);
    }
    var from = head();
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
    forget();
    return Mono.just(Duration.ZERO);
  }

  private synchronized @Nullable FeedPosition head() {
    return head;
  }

  private synchronized void forget() {
    held.clear();
    floor = null;
    head = null;
  }

  private void begin(FeedPosition end) {
    synchronized (this) {
      floor = end;
      head = end;
    }
    tell();
  }

  private void add(List<Event> events) {
    if (events.isEmpty()) {
      return;
    }
    synchronized (this) {
      held.addAll(events);
      head = events.getLast().position();
      while (held.size() > HELD) {
        floor = held.removeFirst().position();
      }
    }
    tell();
  }

  /** Outside the lock: whoever listens reads at once, and needs it. */
  private void tell() {
    var before = news;
    news = Sinks.empty();
    before.tryEmitEmpty();
  }
}
