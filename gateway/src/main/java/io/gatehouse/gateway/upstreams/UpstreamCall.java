package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Admission;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Outcome;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponse;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One request to a service through all guards: a permit, the breaker, the deadline, an instance,
 * and another one when that is allowed. It lives on one event loop; every field belongs to that
 * loop.
 *
 * <p>The breaker hears of each request once, of its final outcome. A client that went away, a shed
 * request and a missing instance say nothing about the service and are not counted.
 */
final class UpstreamCall extends SingleAnswer implements UpstreamPool.Borrower, AnswerListener {
  /** A time-out after less than a quarter of the usual deadline tells nothing of a service. */
  private static final int SHORT_DIVISOR = 4;

  private final UpstreamService service;
  private final UpstreamRequest request;
  private final String caller;
  private final EventLoop loop;
  private final GuardProperties guards;
  private final long startedAt = System.nanoTime();

  private Admission admission = Admission.REFUSED;
  private int attempts;
  private boolean running;
  private @Nullable Instance instance;
  private @Nullable UpstreamExchange exchange;
  private @Nullable Future<?> deadline;

  private UpstreamCall(
      UpstreamService service,
      UpstreamRequest request,
      String caller,
      EventLoop loop,
      GuardProperties guards) {
    super(loop);
    this.service = service;
    this.request = request;
    this.caller = caller;
    this.loop = loop;
    this.guards = guards;
  }

  /**
   * The answer, whatever its status; or an {@link ApiException} SERVICE_UNAVAILABLE, BAD_GATEWAY or
   * UPSTREAM_TIMEOUT.
   *
   * @param caller whose request it is: a verified subject or client, or an address
   */
  static Mono<UpstreamAnswer> of(
      UpstreamService service,
      UpstreamRequest request,
      String caller,
      EventLoop loop,
      GuardProperties guards) {
    return new UpstreamCall(service, request, caller, loop, guards);
  }

  @Override
  protected void start() {
    if (!service.enter()) {
      refuse(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
      return;
    }
    admission = service.breaker().admit(caller);
    if (admission == Admission.REFUSED) {
      service.leave();
      service.refusedByBreaker.increment();
      refuse(
          ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)
              .withHeader("Retry-After", Long.toString(service.breaker().secondsUntilTrial())));
      return;
    }
    running = true;
    service.retries().deposit();
    deadline = loop.schedule(this::late, request.deadline().toNanos(), TimeUnit.NANOSECONDS);
    attempt(null);
  }

  private void attempt(@Nullable Instance tried) {
    var chosen = service.choose(tried, System.nanoTime());
    if (chosen == null) {
      record(Outcome.NOTHING);
      service.leave();
      finish();
      refuse(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
      return;
    }
    attempts++;
    instance = chosen;
    chosen.inFlight().incrementAndGet();
    chosen.pool(loop).acquire(this);
  }

  @Override
  public void connected(UpstreamConnection usable) {
    var to = instance;
    if (!running || to == null) {
      usable.giveBack();
      return;
    }
    exchange = usable.send(request, to.name(), this);
  }

  @Override
  public void notConnected(Throwable cause) {
    var unreachable = instance;
    if (unreachable != null) {
      unreachable.refused();
    }
    retryOr(true, ErrorCode.SERVICE_UNAVAILABLE, outcome(cause, Outcome.UNREACHABLE), cause);
  }

  @Override
  public void broken(Throwable cause) {
    retryOr(request.isIdempotent(), ErrorCode.BAD_GATEWAY, outcome(cause, Outcome.FAILED), cause);
  }

  /** The gateway's own want of memory is not the service's failure. */
  private static Outcome outcome(Throwable cause, Outcome otherwise) {
    return cause instanceof OutOfMemoryError ? Outcome.NOTHING : otherwise;
  }

  private void retryOr(boolean repeatable, ErrorCode otherwise, Outcome outcome, Throwable cause) {
    if (!running) {
      return;
    }
    eject();
    var failed = leaveInstance();
    if (repeatable && mayRetry(failed)) {
      attempt(failed);
    } else {
      failed(otherwise, outcome, cause);
    }
  }

  @Override
  public void answered(UpstreamAnswer answer) {
    if (!running) {
      answer.discard();
      return;
    }
    var status = answer.head().status().code();
    var from = leaveInstance();
    if (status >= 502 && status <= 504 && request.isIdempotent() && mayRetry(from)) {
      answer.discard();
      attempt(from);
      return;
    }
    if (from != null) {
      from.answered();
    }
    var outcome = outcome(answer.head());
    record(outcome);
    if (outcome == Outcome.ANSWERED) {
      leaveAfterWait(true);
    } else {
      service.leave();
    }
    finish();
    deliver(answer);
  }

  @Override
  public void failed(UpstreamAnswer answer, Throwable thrown) {
    if (running) {
      leaveInstance();
      service.leave();
      finish();
      refuse(ApiException.of(ErrorCode.INTERNAL_ERROR, thrown));
      answer.discard();
      record(Outcome.NOTHING);
    } else {
      failAfterAnswer(thrown);
    }
  }

  private static Outcome outcome(HttpResponse head) {
    return Outcome.of(head.status().code(), head.headers().contains(HttpHeaderNames.RETRY_AFTER));
  }

  private void record(Outcome outcome) {
    var route =
        outcome == Outcome.SERVER_ERROR ? RouteShape.of(request.method().name(), request.uri()) : 0;
    service.breaker().record(admission, outcome, caller, route, nanosSoFar());
  }

  private boolean mayRetry(@Nullable Instance failed) {
    var allowed =
        attempts < guards.maxAttempts()
            && service.hasOtherThan(failed)
            && service.retries().withdraw();
    if (allowed) {
      service.retried.increment();
    }
    return allowed;
  }

  private void late() {
    if (!running) {
      return;
    }
    eject();
    abandonExchange();
    leaveInstance();
    failed(
        ErrorCode.UPSTREAM_TIMEOUT,
        waitedLongEnough() ? Outcome.FAILED : Outcome.NOTHING,
        new TimeoutException("no answer in time"));
  }

  /** The last call of many inside one deadline may be left no time at all. */
  private boolean waitedLongEnough() {
    return request.deadline().compareTo(request.usualDeadline().dividedBy(SHORT_DIVISOR)) >= 0;
  }

  @Override
  protected void cancelled() {
    if (running) {
      abandonExchange();
      leaveInstance();
      record(Outcome.NOTHING);
      leaveAfterWait(false);
      finish();
    }
  }

  private void failed(ErrorCode code, Outcome outcome, Throwable cause) {
    record(outcome);
    if (code == ErrorCode.UPSTREAM_TIMEOUT) {
      leaveAfterWait(false);
    } else {
      service.leave();
    }
    finish();
    refuse(ApiException.of(code, cause));
  }

  /** With one instance only there is nothing to send elsewhere, so nothing to eject. */
  private void eject() {
    var failing = instance;
    if (failing != null && service.hasOtherThan(failing) && failing.eject(System.nanoTime())) {
      service.ejections.increment();
    }
  }

  private @Nullable Instance leaveInstance() {
    var left = instance;
    if (left != null) {
      left.inFlight().decrementAndGet();
    }
    instance = null;
    exchange = null;
    return left;
  }

  private void abandonExchange() {
    var open = exchange;
    if (open != null) {
      open.abandon();
    }
  }

  private void leaveAfterWait(boolean answered) {
    service.leave(nanosSoFar(), request.deadline(), answered);
  }

  private void finish() {
    running = false;
    var timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private long nanosSoFar() {
    return System.nanoTime() - startedAt;
  }
}
