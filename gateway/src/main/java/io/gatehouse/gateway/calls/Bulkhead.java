package io.gatehouse.gateway.calls;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Lets a fixed number of calls run at a time; the others wait in order. */
final class Bulkhead {
  private final AtomicInteger free;
  private final Queue<Permit> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger drains = new AtomicInteger();

  Bulkhead(int atOnce) {
    this.free = new AtomicInteger(atOnce);
  }

  /** The same call, begun when there is room; one that is cancelled while it waits takes none. */
  <T> Mono<T> pass(Mono<T> call) {
    return Mono.using(Permit::new, permit -> acquire(permit).flatMap(_ -> call), this::release);
  }

  int free() {
    return free.get();
  }

  private enum State {
    WAITING,
    HELD,
    RELEASED
  }

  /** One call's permit; whoever changes its state first decides. */
  private static final class Permit {
    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
    private volatile @Nullable MonoSink<Boolean> acquired;
  }

  private Mono<Boolean> acquire(Permit permit) {
    return Mono.create(
        sink -> {
          permit.acquired = sink;
          waiting.add(permit);
          drain();
        });
  }

  private void release(Permit permit) {
    if (permit.state.getAndSet(State.RELEASED) == State.HELD) {
      free.incrementAndGet();
      drain();
    } else {
      waiting.remove(permit);
    }
  }

  /** One thread at a time grants; a call that ends at once comes back here and only notes it. */
  private void drain() {
    if (drains.getAndIncrement() != 0) {
      return;
    }
    do {
      grant();
    } while (drains.decrementAndGet() != 0);
  }

  private void grant() {
    while (free.get() > 0) {
      var next = waiting.poll();
      if (next == null) {
        return;
      }
      var sink = next.acquired;
      if (sink != null && next.state.compareAndSet(State.WAITING, State.HELD)) {
        free.decrementAndGet();
        sink.success(true);
      }
    }
  }
}
