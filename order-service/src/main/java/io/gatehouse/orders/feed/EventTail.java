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
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The feed's latest events, read once for all streams of this instance. While somebody listens it
 * asks the database every 50 ms; who falls behind what it holds reads pages instead.
 */
@Component
class EventTail extends Polling {
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

  /** The events after a position, oldest first; null when this does not reach back so far. */
  synchronized @Nullable List<Event> after(FeedPosition position, int limit) {
    if (floor == null || position.compareTo(floor) < 0) {
      return null;
    }
    var found = new ArrayList<Event>();
    if (head != null && position.compareTo(head) < 0) {
      for (var event : held) {
        if (event.position().compareTo(position) > 0 && found.size() < limit) {
          found.add(event);
        }
      }
    }
    return found;
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
            .map(events -> events.size() < PAGE ? PAUSE : Duration.ZERO);
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
