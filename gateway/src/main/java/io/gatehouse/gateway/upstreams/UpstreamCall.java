package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
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
import reactor.core.publisher.MonoSink;

/**
 * One request to a service through all guards: a place, the breaker, the deadline, an instance, and
 * another one when that is allowed. It lives on one event loop; every field belongs to that loop.
 *
 * <p>The breaker hears of each request once, of its final outcome. A client that went away, a shed
 * request and a missing instance say nothing about the service and are not counted.
 */
final class UpstreamCall implements UpstreamPool.Borrower, UpstreamConnection.Listener {
  /** A time-out after less than a quarter of the usual deadline tells nothing of a service. */
  private static final int SHORT_DIVISOR = 4;

  private final UpstreamService service;
  private final UpstreamRequest request;
  private final String caller;
  private final EventLoop loop;
  private final GuardProperties guards;
  private final MonoSink<UpstreamAnswer> sink;
  private final long startedAt = System.nanoTime();

  private Admission admission = Admission.REFUSED;
  private int attempts;
  private boolean finished;
  private @Nullable Instance instance;
  private @Nullable UpstreamConnection connection;
  private @Nullable Future<?> deadline;

  private UpstreamCall(
      UpstreamService service,
      UpstreamRequest request,
      String caller,
      EventLoop loop,
      GuardProperties guards,
      MonoSink<UpstreamAnswer> sink) {
    this.service = service;
    this.request = request;
    this.caller = caller;
    this.loop = loop;
    this.guards = guards;
    this.sink = sink;
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
    return Mono.create(
        sink -> {
          var call = new UpstreamCall(service, request, caller, loop, guards, sink);
          if (loop.inEventLoop()) {
            call.start();
          } else {
            loop.execute(call::start);
          }
        });
  }

  private void start() {
    if (!service.enter()) {
      sink.error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
      return;
    }
    admission = service.breaker().admit(caller);
    if (admission == Admission.REFUSED) {
      service.leave();
      service.refusedByBreaker.increment();
      sink.error(
          ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)
              .withHeader("Retry-After", Long.toString(service.breaker().secondsUntilTrial())));
      return;
    }
    service.retries().deposit();
    deadline = loop.schedule(this::late, request.deadline().toNanos(), TimeUnit.NANOSECONDS);
    sink.onCancel(this::cancelled);
    attempt(null);
  }

  private void attempt(@Nullable Instance tried) {
    var chosen = service.choose(tried, System.nanoTime());
    if (chosen == null) {
      record(Outcome.NOTHING);
      service.leave();
      finish();
      sink.error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
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
    if (finished || to == null) {
      usable.close();
      return;
    }
    connection = usable;
    usable.send(request, to.name(), this);
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
    if (finished) {
      return;
    }
    eject();
    var failed = leaveInstance();
    if (repeatable && mayRetry()) {
      attempt(failed);
    } else {
      failed(otherwise, outcome, cause);
    }
  }

  @Override
  public void answered(UpstreamAnswer answer) {
    if (finished) {
      answer.discard();
      return;
    }
    var status = answer.head().status().code();
    var from = leaveInstance();
    if (status >= 502 && status <= 504 && request.isIdempotent() && mayRetry()) {
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
    sink.success(answer);
  }

  /** A 503 with Retry-After is a service that is well and sheds. */
  private static Outcome outcome(HttpResponse head) {
    return switch (head.status().code()) {
      case 502, 504 -> Outcome.FAILED;
      case 503 ->
          head.headers().contains(HttpHeaderNames.RETRY_AFTER) ? Outcome.NOTHING : Outcome.FAILED;
      case 501 -> Outcome.ANSWERED;
      default -> head.status().code() >= 500 ? Outcome.SERVER_ERROR : Outcome.ANSWERED;
    };
  }

  private void record(Outcome outcome) {
    var route =
        outcome == Outcome.SERVER_ERROR ? RouteShape.of(request.method().name(), request.uri()) : 0;
    service.breaker().record(admission, outcome, caller, route, elapsed());
  }

  private boolean mayRetry() {
    var allowed =
        attempts < guards.maxAttempts() && service.size() > 1 && service.retries().withdraw();
    if (allowed) {
      service.retried.increment();
    }
    return allowed;
  }

  private void late() {
    if (finished) {
      return;
    }
    eject();
    abandonConnection();
    leaveInstance();
    failed(
        ErrorCode.UPSTREAM_TIMEOUT,
        waitedLongEnough() ? Outcome.FAILED : Outcome.NOTHING,
        new TimeoutException("no answer in time"));
  }

  /** The last call of many inside one deadline may be left no time at all. */
  private boolean waitedLongEnough() {
    return request.deadline().compareTo(guards.deadline().dividedBy(SHORT_DIVISOR)) >= 0;
  }

  private void cancelled() {
    if (!loop.inEventLoop()) {
      loop.execute(this::cancelled);
      return;
    }
    if (!finished) {
      abandonConnection();
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
    sink.error(ApiException.of(code, cause));
  }

  /** With one instance only there is nothing to send elsewhere, so nothing to eject. */
  private void eject() {
    var failing = instance;
    if (failing != null && service.size() > 1 && failing.eject(System.nanoTime())) {
      service.ejections.increment();
    }
  }

  private @Nullable Instance leaveInstance() {
    var left = instance;
    if (left != null) {
      left.inFlight().decrementAndGet();
    }
    instance = null;
    connection = null;
    return left;
  }

  private void abandonConnection() {
    var open = connection;
    if (open != null) {
      open.abandon();
    }
  }

  private void leaveAfterWait(boolean answered) {
    service.leave(elapsed(), request.deadline(), answered);
  }

  private void finish() {
    finished = true;
    var timer = deadline;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  private long elapsed() {
    return System.nanoTime() - startedAt;
  }
}
