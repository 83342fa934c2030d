package io.gatehouse.local.drill;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waits that end. */
final class Patience {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private Patience() {}

  /** Whether that came to be within so much time. */
  static boolean until(Duration limit, BooleanSupplier met) {
    var deadline = System.nanoTime() + limit.toNanos();
    while (!met.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      pass(LOOK_EVERY);
    }
    return true;
  }

  /** Lets so much time go by. */
  static void pass(Duration time) {
    new CompletableFuture<Void>()
        .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
