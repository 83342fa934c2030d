package io.gatehouse.gateway.calls;

import io.gatehouse.defaults.platform.SecurityEvents;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.limits.Decision;
import io.gatehouse.gateway.limits.Limits;
import io.gatehouse.gateway.request.EdgeExchange;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Spends a permit for each call of one request. The first is the one that let the request in.
 * Nobody waits for a permit: a call without one is refused at once.
 */
final class Permits {
  private final Limits limits;
  private final EdgeExchange edge;
  private final AccessToken caller;
  private final int maxCalls;
  private final AtomicInteger spent = new AtomicInteger();
  private final AtomicInteger reserved = new AtomicInteger();
  private final AtomicBoolean refused = new AtomicBoolean();
  private volatile @Nullable Decision last;

  Permits(Limits limits, EdgeExchange edge, AccessToken caller, int maxCalls) {
    this.limits = limits;
    this.edge = edge;
    this.caller = caller;
    this.maxCalls = maxCalls;
  }

  /** Most calls of one request. */
  int maxCalls() {
    return maxCalls;
  }

  /**
   * Spends the permits of so many calls, before any of them is made.
   *
   * @return RATE_LIMITED when there are not enough
   */
  Mono<Void> reserve(int count) {
    return Flux.range(0, count)
        .concatMap(_ -> spend())
        .then()
        .doOnSuccess(_ -> reserved.addAndGet(count));
  }

  /**
   * Completes when one more call may be made.
   *
   * @return RATE_LIMITED without a permit; TOO_MANY_CALLS when the request has made all its calls
   */
  Mono<Void> call() {
    return Mono.defer(
        () -> {
          if (reserved.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            return Mono.empty();
          }
          return spent.get() < maxCalls
              ? spend()
              : Mono.error(
                  ApiException.refused(
                      "TOO_MANY_CALLS",
                      "The request needs more than " + maxCalls + " calls. Ask for less at once"));
        });
  }

  private Mono<Void> spend() {
    return Mono.defer(
        () ->
            spent.getAndIncrement() == 0
                ? Mono.empty()
                : limits.identified(caller, edge.loop()).flatMap(this::pass));
  }

  /**
   * Completes when one more account may be made: a password is set, so the strictest limit holds,
   * by address as everywhere. ADMIN and SERVICE make accounts for others, at their own rate.
   */
  Mono<Void> signUp() {
    return caller.isPrivileged()
        ? Mono.empty()
        : Mono.defer(() -> limits.login(edge.origin().ip(), edge.loop())).flatMap(this::refuse);
  }

  /** Says what is left, on an answer that is not sent yet. */
  void tell() {
    var decision = last;
    if (decision != null) {
      edge.response().responseHeaders().set("ratelimit", decision.limit());
    }
  }

  private Mono<Void> pass(Decision decision) {
    last = decision;
    return refuse(decision);
  }

  private Mono<Void> refuse(Decision decision) {
    if (decision.isAllowed()) {
      return Mono.empty();
    }
    if (refused.compareAndSet(false, true)) {
      SecurityEvents.record(
          "rate-limited",
          SecurityEvents.Outcome.REFUSED,
          new SecurityEvents.Actor(
              caller.subject(), caller.clientId(), edge.origin().ip(), edge.requestId()));
    }
    return Mono.error(
        ApiException.of(ErrorCode.RATE_LIMITED)
            .withHeader("Retry-After", Long.toString(decision.retryAfter())));
  }
}
