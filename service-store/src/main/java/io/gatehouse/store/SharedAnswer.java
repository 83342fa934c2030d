package io.gatehouse.store;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A question whose answer is shared by all who ask before it is put: whoever asks while it is under
 * way gets the next one's, so that no answer is older than its question.
 */
final class SharedAnswer<T> {
  private final Mono<T> question;
  private Sinks.@Nullable One<T> next;
  private boolean underWay;

  SharedAnswer(Mono<T> question) {
    this.question = question;
  }

  Mono<T> get() {
    return Mono.defer(
        () -> {
          Sinks.One<T> answer;
          synchronized (this) {
            if (underWay) {
              next = next == null ? Sinks.one() : next;
              return next.asMono();
            }
            underWay = true;
            answer = Sinks.one();
          }
          put(answer);
          return answer.asMono();
        });
  }

  private void put(Sinks.One<T> answer) {
    question.subscribe(
        given -> {
          putNext();
          answer.tryEmitValue(given);
        },
        failed -> {
          putNext();
          answer.tryEmitError(failed);
        });
  }

  private void putNext() {
    Sinks.One<T> waiting;
    synchronized (this) {
      waiting = next;
      next = null;
      underWay = waiting != null;
    }
    if (waiting != null) {
      put(waiting);
    }
  }
}
