package io.gatehouse.defaults.platform;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets retries be a tenth of the traffic: each request deposits a tenth of a retry. A reserve lets
 * a quiet service retry too, and covers the requests that one dying instance drops at once.
 */
public final class RetryBudget {
  private static final int RETRY = 10;
  private static final int RESERVE = 100 * RETRY;

  private final AtomicInteger balance = new AtomicInteger(RESERVE);

  /** For every request. */
  public void deposit() {
    if (balance.get() < RESERVE) {
      balance.incrementAndGet();
    }
  }

  /** For a retry; false when it may not be made. */
  public boolean withdraw() {
    return balance.getAndUpdate(left -> left >= RETRY ? left - RETRY : left) >= RETRY;
  }
}
