package io.gatehouse.orders.feed;

import static java.util.stream.Collectors.groupingBy;

import io.gatehouse.orders.feed.EventFeed.Event;
import io.gatehouse.store.FeedPosition;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * The feed's latest events, and the listeners who have seen all of them. Who waits is kept by
 * customer: a batch costs those who are handed something of it, however many others listen.
 */
final class RecentEvents {
  private final int most;
  private final TreeMap<FeedPosition, Event> held = new TreeMap<>();
  private final Map<String, Set<MonoSink<Batch>>> waiting = new HashMap<>();
  private final Set<MonoSink<Batch>> waitingForAny = new HashSet<>();
  private @Nullable FeedPosition floor;
  private @Nullable FeedPosition head;

  /**
   * Holds nothing yet.
   *
   * @param most events that are held; the oldest make room
   */
  RecentEvents(int most) {
    this.most = most;
  }

  /** A listener's next events, oldest first, and up to where it has seen all that are its own. */
  record Batch(List<Event> events, FeedPosition upTo) {}

  /** The position of the last event that is held; null before the first {@link #begin}. */
  synchronized @Nullable FeedPosition head() {
    return head;
  }

  /**
   * Events after a position, as soon as there are some; none when what is held is forgotten. It is
   * empty, at once, when the position is none of those that are held, because they do not reach
   * back so far, or are of another history.
   *
   * @param customerId only this customer's; null for all
   * @param limit of events that are held already; one batch that comes may be larger
   */
  Mono<Batch> after(FeedPosition position, @Nullable String customerId, int limit) {
    return Mono.create(
        listener -> {
          var found = findOrWait(position, customerId, limit, listener);
          if (found == null) {
            listener.success();
          } else if (!found.events().isEmpty()) {
            listener.success(found);
          } else {
            // Only now: who was cancelled meanwhile leaves at once.
            listener.onDispose(() -> leave(listener, customerId));
          }
        });
  }

  private synchronized @Nullable Batch findOrWait(
      FeedPosition position, @Nullable String customerId, int limit, MonoSink<Batch> listener) {
    var end = head;
    if (end == null || !(position.equals(floor) || held.containsKey(position))) {
      return null;
    }
    var found =
        held.tailMap(position, false).values().stream()
            .filter(event -> customerId == null || event.customerId().equals(customerId))
            .limit(limit)
            .toList();
    if (found.isEmpty()) {
      listeners(customerId).add(listener);
    }
    return new Batch(found, found.size() < limit ? end : found.getLast().position());
  }

  private Set<MonoSink<Batch>> listeners(@Nullable String customerId) {
    return customerId == null
        ? waitingForAny
        : waiting.computeIfAbsent(customerId, _ -> new HashSet<>());
  }

  private synchronized void leave(MonoSink<Batch> listener, @Nullable String customerId) {
    if (customerId == null) {
      waitingForAny.remove(listener);
      return;
    }
    waiting.computeIfPresent(
        customerId,
        (_, listeners) -> {
          listeners.remove(listener);
          return listeners.isEmpty() ? null : listeners;
        });
  }

  /** Holds what comes after this position from now on. */
  synchronized void begin(FeedPosition end) {
    floor = end;
    head = end;
  }

  /**
   * Holds these events, which follow the head, and hands them to whoever waits for them.
   *
   * @param events at least one, oldest first
   */
  void add(List<Event> events) {
    var upTo = events.getLast().position();
    var byCustomer = events.stream().collect(groupingBy(Event::customerId));
    // Handed on outside the lock: whoever is handed something asks for more at once.
    hold(events, byCustomer)
        .forEach((listener, theirs) -> listener.success(new Batch(theirs, upTo)));
  }

  private synchronized Map<MonoSink<Batch>, List<Event>> hold(
      List<Event> events, Map<String, List<Event>> byCustomer) {
    for (var event : events) {
      held.put(event.position(), event);
    }
    head = events.getLast().position();
    while (held.size() > most) {
      floor = held.pollFirstEntry().getKey();
    }
    var handed = new HashMap<MonoSink<Batch>, List<Event>>();
    byCustomer.forEach(
        (customerId, theirs) ->
            waiting
                .getOrDefault(customerId, Set.of())
                .forEach(listener -> handed.put(listener, theirs)));
    waiting.keySet().removeAll(byCustomer.keySet());
    waitingForAny.forEach(listener -> handed.put(listener, events));
    waitingForAny.clear();
    return handed;
  }

  /** Holds nothing any more; who waits is to look elsewhere, from where it has come to. */
  void forget() {
    var end = head();
    for (var listener : clear()) {
      if (end != null) {
        listener.success(new Batch(List.of(), end));
      }
    }
  }

  private synchronized Set<MonoSink<Batch>> clear() {
    var all = new HashSet<>(waitingForAny);
    waiting.values().forEach(all::addAll);
    waitingForAny.clear();
    waiting.clear();
    held.clear();
    floor = null;
    head = null;
    return all;
  }
}
