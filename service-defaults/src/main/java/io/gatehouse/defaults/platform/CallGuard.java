package io.gatehouse.defaults.platform;

import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Guards the calls to one service: a circuit breaker around one retry, for a connection that was
 * never made and while a {@linkplain RetryBudget budget} lasts. The breaker hears of a call only
 * when its retry, at another instance, failed too.
 *
 * <p>No person can shut a service for the others by it: of the calls that are made on somebody's
 * behalf only those count that never reached the service. What else is wrong with it is heard from
 * the platform's own calls, into which nobody's input goes.
 */
public final class CallGuard {
  private final CircuitBreaker breaker;
  private final RetryBudget budget = new RetryBudget();
  private final Retry retry;

  CallGuard(CircuitBreaker breaker) {
    this.breaker = breaker;
    this.retry =
        Retry.of(
            breaker.getName(),
            RetryConfig.custom()
                .maxAttempts(2)
                .waitDuration(Duration.ZERO)
                .retryOnException(this::mayBeRetried)
                .build());
  }

  /** The last attempt asks, too: what fails for good costs up to twice as much. */
  private boolean mayBeRetried(Throwable thrown) {
    return CallVerdict.of(thrown) == CallVerdict.UNREACHABLE && budget.withdraw();
  }

  /** For a reactive call, with {@link #retry()} inside it. */
  CircuitBreaker breaker() {
    return breaker;
  }

  /** For one call. */
  Retry retry() {
    budget.deposit();
    return retry;
  }

  /**
   * Makes a call of the platform's own, such as a poll.
   *
   * @throws CallNotPermittedException while the breaker is open
   */
  public <T> T own(Supplier<T> call) {
    return guarded(call, true);
  }

  /**
   * Makes a call into which somebody's input goes.
   *
   * @throws CallNotPermittedException while the breaker is open
   */
  public <T> T onBehalf(Supplier<T> call) {
    return guarded(call, false);
  }

  private <T> T guarded(Supplier<T> call, boolean failuresCount) {
    breaker.acquirePermission();
    var started = breaker.getCurrentTimestamp();
    try {
      var result = Retry.decorateSupplier(retry(), call).get();
      breaker.onSuccess(took(started), breaker.getTimestampUnit());
      return result;
    } catch (RuntimeException thrown) {
      switch (CallVerdict.of(thrown)) {
        case ANSWERED -> breaker.onSuccess(took(started), breaker.getTimestampUnit());
        case FAILED -> {
          if (failuresCount) {
            breaker.onError(took(started), breaker.getTimestampUnit(), thrown);
          } else {
            breaker.releasePermission();
          }
        }
        case UNREACHABLE -> breaker.onError(took(started), breaker.getTimestampUnit(), thrown);
        case NOTHING -> breaker.releasePermission();
      }
      throw thrown;
    }
  }

  private long took(long started) {
    return breaker.getCurrentTimestamp() - started;
  }
}
