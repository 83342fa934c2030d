package io.gatehouse.gateway.composition;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Lets a fixed number of calls run at a time; the others wait in order. */
final class Turnstile {
  private final AtomicInteger free;
  private final Queue<Place> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger admissions = new AtomicInteger();

  Turnstile(int atOnce) {
    this.free = new AtomicInteger(atOnce);
  }

  /** The same call, begun when there is room; one that is cancelled while it waits takes none. */
  <T> Mono<T> pass(Mono<T> call) {
    return Mono.using(Place::new, place -> enter(place).flatMap(_ -> call), this::leave);
  }

  int free() {
    return free.get();
  }

  private enum State {
    WAITING,
    INSIDE,
    GONE
  }

  /** One call's way through; whoever changes its state first decides. */
  private static final class Place {
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile @Nullable MonoSink<Boolean> entering;
  }

  private Mono<Boolean> enter(Place place) {
    return Mono.create(
        sink -> {
          place.entering = sink;
          waiting.add(place);
          admit();
        });
  }

  private void leave(Place place) {
    if (place.state.getAndSet(State.GONE) == State.INSIDE) {
      free.incrementAndGet();
      admit();
    } else {
      waiting.remove(place);
    }
  }

  /** One thread at a time lets in; a call that ends at once comes back here and only notes it. */
  private void admit() {
    if (admissions.getAndIncrement() != 0) {
      return;
    }
    do {
      letIn();
    } while (admissions.decrementAndGet() != 0);
  }

  private void letIn() {
    while (free.get() > 0) {
      var next = waiting.poll();
      if (next == null) {
        return;
      }
      var sink = next.entering;
      if (sink != null && next.state.compareAndSet(State.WAITING, State.INSIDE)) {
        free.decrementAndGet();
        sink.success(true);
      }
    }
  }
}
