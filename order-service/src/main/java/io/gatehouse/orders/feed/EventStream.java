package io.gatehouse.orders.feed;

import io.gatehouse.defaults.platform.EndsBeforeServer;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.orders.feed.EventFeed.Event;
import io.gatehouse.orders.feed.RecentEvents.Batch;
import io.gatehouse.store.FeedPosition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Live events for one listener each, from the shared tail or, when it lags behind, from pages. A
 * listener pulls: a slow one costs no memory, it only falls behind. All streams end when the
 * service stops.
 */
@Component
public class EventStream extends EndsBeforeServer {
  private static final int AT_ONCE = 128;
  private static final Duration LONGEST_WAIT = Duration.ofMillis(500);

  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final EventFeed feed;
  private final EventTail tail;
  private volatile Sinks.Empty<Void> stopping = Sinks.empty();

  EventStream(EventFeed feed, EventTail tail) {
    this.feed = feed;
    this.tail = tail;
  }

  /** Where a listener who has seen nothing yet begins. */
  public Mono<FeedPosition> now() {
    return feed.end();
  }

  /**
   * Where a listener goes on.
   *
   * @throws ApiException RESUME_POINT_UNKNOWN when the stream never came so far
   */
  public Mono<FeedPosition> from(FeedPosition last) {
    return feed.known(last);
  }

  /**
   * Every event after a position, without a gap or a repeat, until the service stops. It ends, too,
   * when a promotion has lost what it has shown: whoever asks for more of it then is told.
   *
   * @param customerId only this customer's; null for all
   */
  public Flux<Event> after(FeedPosition position, @Nullable String customerId) {
    return Flux.defer(
            () -> {
              tail.join();
              var reader = new Reader(position, customerId);
              return Mono.defer(reader::next)
                  .onErrorResume(EventStream::mayHeal, _ -> Reader.pause())
                  .repeat()
                  .onErrorComplete(EventFeed::isUnknown)
                  .concatMapIterable(events -> events, 1)
                  .doFinally(_ -> tail.leave());
            })
        .takeUntilOther(stopping.asMono());
  }

  /** A listener outlives the database's absence: it misses nothing, as it goes on where it was. */
  private static boolean mayHeal(Throwable failed) {
    return failed instanceof ApiException api && api.status() == 503;
  }

  /** Completes when the service begins to stop. */
  public Mono<Void> stopped() {
    return stopping.asMono();
  }

  private final class Reader {
    private final AtomicReference<FeedPosition> position;
    private final @Nullable String customerId;

    Reader(FeedPosition position, @Nullable String customerId) {
      this.position = new AtomicReference<>(position);
      this.customerId = customerId;
    }

    /** The next events for this listener; waits when there are none. */
    Mono<List<Event>> next() {
      var progress = tail.progress();
      var from = position.get();
      return tail.after(from, customerId, AT_ONCE)
          .map(this::accept)
          .switchIfEmpty(Mono.defer(() -> page(from, progress)));
    }

    private List<Event> accept(Batch batch) {
      position.set(batch.upTo());
      return batch.events();
    }

    static Mono<List<Event>> pause() {
      return Mono.delay(AFTER_FAILURE).thenReturn(List.of());
    }

    private Mono<List<Event>> page(FeedPosition from, Mono<Void> progress) {
      return catchUp(from)
          .flatMap(events -> events.isEmpty() ? await(progress) : Mono.just(events));
    }

    private static Mono<List<Event>> await(Mono<Void> progress) {
      return progress.timeout(LONGEST_WAIT, Mono.empty()).thenReturn(List.of());
    }

    /** The end is asked for first: what a page read later does not show is yet to come. */
    private Mono<List<Event>> catchUp(FeedPosition from) {
      return feed.end()
          .flatMap(
              end ->
                  feed.after(from, customerId, AT_ONCE)
                      .doOnNext(events -> position.set(reached(from, end, events))));
    }

    private FeedPosition reached(FeedPosition from, FeedPosition end, List<Event> events) {
      var last = events.isEmpty() ? from : events.getLast().position();
      var caughtUp = events.size() < AT_ONCE && last.compareTo(end) < 0;
      return caughtUp ? end : last;
    }
  }

  @Override
  protected void begin() {
    stopping = Sinks.empty();
  }

  @Override
  protected void endAll() {
    stopping.tryEmitEmpty();
  }
}
