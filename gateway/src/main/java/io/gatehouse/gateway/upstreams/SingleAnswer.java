package io.gatehouse.gateway.upstreams;

import io.netty.channel.EventLoop;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * An answer on its way to the one who asked, who may leave at any moment and on any thread. Whether
 * it was handed over or came too late is decided at one point, so that one of the two owns its
 * bytes. It can be subscribed to once.
 */
abstract class SingleAnswer extends Mono<UpstreamAnswer> implements Subscription {
  private final EventLoop loop;
  private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
  private @Nullable CoreSubscriber<? super UpstreamAnswer> subscriber;

  private enum State {
    NEW,
    AWAITED,
    HANDED_OVER,
    CANCELLED
  }

  /**
   * @param loop that all work is done on
   */
  SingleAnswer(EventLoop loop) {
    this.loop = loop;
  }

  /** Begins, on the loop. */
  protected abstract void start();

  /** The asker left before the answer, on the loop; after {@link #start} or instead of it. */
  protected abstract void cancelled();

  @Override
  public final void subscribe(CoreSubscriber<? super UpstreamAnswer> actual) {
    if (subscriber != null) {
      Operators.error(actual, new IllegalStateException("this call was made already"));
      return;
    }
    subscriber = actual;
    actual.onSubscribe(this);
  }

  @Override
  public final void request(long wanted) {
    if (state.compareAndSet(State.NEW, State.AWAITED)) {
      onLoop(this::startIfAwaited);
    }
  }

  private void startIfAwaited() {
    if (state.get() == State.AWAITED) {
      start();
    }
  }

  @Override
  public final void cancel() {
    if (!state.compareAndSet(State.NEW, State.CANCELLED)
        && state.compareAndSet(State.AWAITED, State.CANCELLED)) {
      onLoop(this::cancelled);
    }
  }

  private void onLoop(Runnable task) {
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  /** Hands the answer over, or gives it back when nobody waits for it any more. */
  final void deliver(UpstreamAnswer answer) {
    var to = subscriber;
    if (to != null && state.compareAndSet(State.AWAITED, State.HANDED_OVER)) {
      to.onNext(answer);
      to.onComplete();
    } else {
      answer.discard();
    }
  }

  final void refuse(Throwable refusal) {
    var to = subscriber;
    if (to != null && state.compareAndSet(State.AWAITED, State.HANDED_OVER)) {
      to.onError(refusal);
    }
  }

  /** The asker threw this when it got the answer; it hears of it, and of nothing after it. */
  final void failAfterAnswer(Throwable thrown) {
    var to = subscriber;
    if (to != null && state.compareAndSet(State.HANDED_OVER, State.CANCELLED)) {
      to.onError(thrown);
    }
  }
}
