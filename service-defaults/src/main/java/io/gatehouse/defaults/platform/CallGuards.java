package io.gatehouse.defaults.platform;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The guards of the calls that services make to each other, one per service called. Their metrics
 * are the gateway's, {@code resilience4j.circuitbreaker.state} with the tags {@code name} and
 * {@code state}; a name begins with {@value #PREFIX} because the gateway has both kinds.
 */
public final class CallGuards {
  static final String PREFIX = "internal/";
  private static final int WINDOW = 10;

  /**
   * Short: who calls asks again all the time, and nobody may wait for long once the service is
   * back.
   */
  static final Duration RECOVERY = Duration.ofSeconds(1);

  private static final Duration LONGEST_TRIAL = Duration.ofSeconds(10);

  private final CircuitBreakerRegistry breakers =
      CircuitBreakerRegistry.of(
          CircuitBreakerConfig.custom()
              .slidingWindowSize(WINDOW)
              .minimumNumberOfCalls(WINDOW / 2)
              .waitDurationInOpenState(RECOVERY)
              .permittedNumberOfCallsInHalfOpenState(1)
              // A trial that never reports back must not hold the breaker half open for ever.
              .maxWaitDurationInHalfOpenState(LONGEST_TRIAL)
              // Of reactive calls, which the services have that are not servlets.
              .recordResult(answer -> ServiceClients.isFailure(answer))
              .recordException(thrown -> CallVerdict.of(thrown).isFailure())
              .ignoreException(thrown -> CallVerdict.of(thrown) == CallVerdict.NOTHING)
              .build());
  private final ConcurrentMap<String, CallGuard> guards = new ConcurrentHashMap<>();

  public CallGuards(MeterRegistry meters) {
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers).bindTo(meters);
  }

  /** The one guard of all calls to this service. */
  public CallGuard of(String service) {
    return guards.computeIfAbsent(
        service, name -> new CallGuard(breakers.circuitBreaker(PREFIX + name)));
  }

  /** Forgets what went wrong. */
  public void reset() {
    breakers.getAllCircuitBreakers().forEach(CircuitBreaker::reset);
  }
}
