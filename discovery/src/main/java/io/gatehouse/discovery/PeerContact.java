package io.gatehouse.discovery;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * When the other registry was last heard: it reads this one's registry every second. What it does
 * not hear, it cannot have told.
 */
final class PeerContact {
  /** Five of its reads. */
  private static final long SILENCE = Duration.ofSeconds(5).toNanos();

  /**
   * Three renewals of an instance: as long as one has to be told again before it counts as gone.
   */
  private static final long CATCHING_UP = Duration.ofSeconds(15).toNanos();

  private final LongSupplier nanoTime;
  private final long patience;
  private long heardAt;
  private long backSince;

  /**
   * A start counts as the end of a silence.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  PeerContact(Duration patience, LongSupplier nanoTime) {
    this.patience = patience.toNanos();
    this.nanoTime = nanoTime;
    heardAt = nanoTime.getAsLong();
    backSince = heardAt;
  }

  synchronized void heard() {
    var now = nanoTime.getAsLong();
    if (now - heardAt > SILENCE) {
      backSince = now;
    }
    heardAt = now;
  }

  synchronized boolean isSilent() {
    return nanoTime.getAsLong() - heardAt > SILENCE;
  }

  /**
   * Whether instances that were not renewed may be alive and renewed at the other: while it is
   * silent, at most for the patience, and until it had time to tell them again.
   */
  synchronized boolean mayKnowBetter() {
    var now = nanoTime.getAsLong();
    return now - heardAt > SILENCE
        ? now - heardAt <= SILENCE + patience
        : now - backSince <= CATCHING_UP;
  }
}
