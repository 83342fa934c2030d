package io.gatehouse.gateway.composition;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;

/** Lets a fixed number of calls run at a time; the others wait in order. */
final class Turnstile {
  private final AtomicInteger free;
  private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  Turnstile(int atOnce) {
    this.free = new AtomicInteger(atOnce);
  }

  /** The same call, begun when there is room. */
  <T> Mono<T> pass(Mono<T> call) {
    return Mono.<Mono<T>>create(
            sink -> {
              waiting.add(() -> sink.success(call.doFinally(_ -> leave())));
              admit();
            })
        .flatMap(begun -> begun);
  }

  private void leave() {
    free.incrementAndGet();
    admit();
  }

  private void admit() {
    while (!waiting.isEmpty() && free.getAndUpdate(n -> n > 0 ? n - 1 : 0) > 0) {
      var next = waiting.poll();
      if (next == null) {
        free.incrementAndGet();
      } else {
        next.run();
      }
    }
  }
}
