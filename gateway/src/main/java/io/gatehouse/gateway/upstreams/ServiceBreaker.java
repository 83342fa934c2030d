package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.IllegalStateTransitionException;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A service's circuit breaker, which hears whose calls failed, so that no caller can shut a service
 * for the others.
 *
 * <p>What says that the service is away or drowning is counted: no connection, a reset, a time-out,
 * 502, 503 without Retry-After, 504; a 500 only once several callers get them on several routes.
 * When it opened by the failures of one caller alone, it is open for that caller: a call of anybody
 * else goes through, and tells by its outcome whether to close it or to open it for all. A
 * connection that could not be made, and instances that do not answer the gateway's own probes, are
 * no caller's doing and open it for all at once. An instance that answers again is tried at once.
 */
final class ServiceBreaker {
  private static final Logger log = LoggerFactory.getLogger(ServiceBreaker.class);

  private final CircuitBreaker breaker;
  private final Duration recovery;
  private final BooleanSupplier silent;
  private final RecentFailures recent = new RecentFailures();
  private volatile @Nullable String openedBy;
  private volatile long openedAt;

  /** While it is open: an instance came back since, and the next call is the trial. */
  private final AtomicBoolean cameBack = new AtomicBoolean();

  /** What a call said about its service. */
  enum Outcome {
    /** It works, whatever it thinks of the request. */
    ANSWERED,
    /** A 500: it does not work, or the request is beyond it. */
    SERVER_ERROR,
    /** The request was sent, and came to nothing. */
    FAILED,
    /** No connection. */
    UNREACHABLE,
    /** Nothing: shed, cancelled, or never sent. */
    NOTHING;

    /** What an answer's head says of its service: a 503 with Retry-After is well, and sheds. */
    static Outcome of(int status, boolean retryAfter) {
      return switch (status) {
        case 502, 504 -> FAILED;
        case 503 -> retryAfter ? NOTHING : FAILED;
        case 501 -> ANSWERED;
        default -> status >= 500 ? SERVER_ERROR : ANSWERED;
      };
    }
  }

  /** Whether a call may be made. */
  enum Admission {
    GRANTED,
    /** The breaker is open, for another caller only. */
    BESIDE,
    REFUSED
  }

  /**
   * @param deadline of the longest call
   * @param silent true when no instance answers the gateway's probes
   */
  ServiceBreaker(
      String service, BreakerProperties properties, Duration deadline, BooleanSupplier silent) {
    this.breaker = CircuitBreaker.of(service, config(properties, deadline));
    this.recovery = properties.recovery();
    this.silent = silent;
    breaker.getEventPublisher().onStateTransition(this::changed);
  }

  private static CircuitBreakerConfig config(BreakerProperties properties, Duration deadline) {
    return CircuitBreakerConfig.custom()
        .slidingWindowType(SlidingWindowType.COUNT_BASED)
        .slidingWindowSize(RecentFailures.WINDOW)
        .minimumNumberOfCalls(5)
        .failureRateThreshold(properties.failureThreshold())
        .waitDurationInOpenState(properties.recovery())
        .automaticTransitionFromOpenToHalfOpenEnabled(false)
        // One success closes it: with more trials to wait for, a service that is seldom called
        // would fall back to open.
        .permittedNumberOfCallsInHalfOpenState(1)
        // A trial call that never reports back must not hold the breaker half-open for ever.
        .maxWaitDurationInHalfOpenState(deadline.multipliedBy(2).plus(Duration.ofSeconds(1)))
        .build();
  }

  CircuitBreaker circuit() {
    return breaker;
  }

  private void changed(CircuitBreakerOnStateTransitionEvent event) {
    var to = event.getStateTransition().getToState();
    openedAt = System.nanoTime();
    cameBack.set(false);
    if (to == State.OPEN) {
      openedBy = silent.getAsBoolean() ? null : recent.onlyCaller();
    } else if (to == State.CLOSED) {
      openedBy = null;
    }
    recent.clear();
    log.warn(
        "breaker of {} goes from {} to {}{}",
        breaker.getName(),
        event.getStateTransition().getFromState(),
        to,
        to == State.OPEN && openedBy != null ? " for one caller" : "");
  }

  Admission admit(String caller) {
    if (cameBack.get() && cameBack.compareAndSet(true, false)) {
      halfOpen();
    }
    if (breaker.tryAcquirePermission()) {
      return Admission.GRANTED;
    }
    var only = openedBy;
    return only == null || only.equals(caller) ? Admission.REFUSED : Admission.BESIDE;
  }

  /**
   * Hears what came of an admitted call.
   *
   * @param caller a verified subject or client, or an address
   * @param route for a SERVER_ERROR, see {@link RouteShape}
   * @param nanos it took
   */
  void record(Admission admission, Outcome outcome, String caller, int route, long nanos) {
    switch (outcome) {
      case ANSWERED -> {
        recent.passed();
        if (admission == Admission.BESIDE && openedBy != null) {
          breaker.transitionToClosedState();
        }
        breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
      }
      case SERVER_ERROR -> {
        var counted = recent.serverError(caller, route);
        for (var i = 0; i < counted; i++) {
          failed(nanos);
        }
        if (counted == 0) {
          learntNothing(admission);
        }
      }
      case FAILED, UNREACHABLE -> {
        recent.failed(caller, outcome == Outcome.FAILED);
        if (admission == Admission.BESIDE) {
          openForAll();
        }
        failed(nanos);
      }
      case NOTHING -> learntNothing(admission);
    }
  }

  private void failed(long nanos) {
    breaker.onError(nanos, TimeUnit.NANOSECONDS, ApiException.of(ErrorCode.BAD_GATEWAY));
  }

  /** In the half-open state somebody else may try instead. */
  private void learntNothing(Admission admission) {
    if (admission == Admission.GRANTED) {
      breaker.releasePermission();
    }
  }

  /** Another caller, or a probe, found the same. */
  void openForAll() {
    openedBy = null;
  }

  /**
   * An instance answers that did not before. It stays open until somebody calls: a half-open one
   * that waits for its trial for long falls back.
   */
  void tryAgainWithTheNextCall() {
    if (breaker.getState() == State.OPEN) {
      cameBack.set(true);
    }
  }

  private void halfOpen() {
    try {
      if (breaker.getState() == State.OPEN) {
        breaker.transitionToHalfOpenState();
      }
    } catch (IllegalStateTransitionException overtaken) {
      log.debug("breaker of {} changed meanwhile", breaker.getName(), overtaken);
    }
  }

  /** The state that the next call will meet: an open one is half open once its time is over. */
  State state() {
    var state = breaker.getState();
    return state == State.OPEN && left() <= 0 ? State.HALF_OPEN : state;
  }

  /** False while it is open for one caller only, who must not make the service look away. */
  boolean isOpenForAll() {
    return state() == State.OPEN && openedBy == null;
  }

  /** For Retry-After while it is open; at least 1. */
  long secondsUntilTrial() {
    return Math.max(1, TimeUnit.NANOSECONDS.toSeconds(left() + 999_999_999));
  }

  private long left() {
    return cameBack.get() ? 0 : recovery.toNanos() - (System.nanoTime() - openedAt);
  }

  void reset() {
    breaker.reset();
    recent.clear();
    openedBy = null;
  }
}
