package io.gatehouse.users.mail;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Where mails wait to be sent. They are put there by the statements that cause them; here is said
 * whether that makes sense, and that there is something new.
 */
public final class Outbox {
  /** What may wait before strangers can add no more. */
  static final int CAPACITY = 50_000;

  private final boolean open;
  private final AtomicReference<Sinks.Empty<Void>> news = new AtomicReference<>(Sinks.empty());
  private volatile long waiting;

  Outbox(boolean open) {
    this.open = open;
  }

  /** Whether mails are sent, or kept on a laptop. */
  public boolean isOpen() {
    return open;
  }

  /**
   * Passes when mail can be sent.
   *
   * @throws ApiException SERVICE_UNAVAILABLE when no server is set up, or too much waits
   */
  public void requireOpen() {
    if (!open) {
      throw ApiException.of(
          ErrorCode.SERVICE_UNAVAILABLE, "This needs mail, and no mail server is set up here");
    }
    if (waiting > CAPACITY) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, "Too many mails wait to be sent");
    }
  }

  /** There may be something new: after a commit. */
  public void nudge() {
    news.getAndSet(Sinks.empty()).emitEmpty(Sinks.EmitFailureHandler.FAIL_FAST);
  }

  /** Completes with the next nudge. */
  Mono<Void> nextNudge() {
    return news.get().asMono();
  }

  void sees(long count) {
    waiting = count;
  }
}
