package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.netty.channel.EventLoop;
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
  private final UpstreamService service;
  private final UpstreamRequest request;
  private final EventLoop loop;
  private final int maxAttempts;
  private final MonoSink<UpstreamAnswer> sink;
  private final long startedAt = System.nanoTime();

  private int attempts;
  private boolean finished;
  private @Nullable Instance instance;
  private @Nullable UpstreamConnection connection;
  private @Nullable Future<?> deadline;

  private UpstreamCall(
      UpstreamService service,
      UpstreamRequest request,
      EventLoop loop,
      int maxAttempts,
      MonoSink<UpstreamAnswer> sink) {
    this.service = service;
    this.request = request;
    this.loop = loop;
    this.maxAttempts = maxAttempts;
    this.sink = sink;
  }

  /**
   * The answer, whatever its status; or an {@link ApiException} SERVICE_UNAVAILABLE, BAD_GATEWAY or
   * UPSTREAM_TIMEOUT.
   */
  static Mono<UpstreamAnswer> of(
      UpstreamService service, UpstreamRequest request, EventLoop loop, int maxAttempts) {
    return Mono.create(
        sink -> {
          var call = new UpstreamCall(service, request, loop, maxAttempts, sink);
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
    if (!service.breaker().tryAcquirePermission()) {
      service.leave();
      service.refusedByBreaker.increment();
      sink.error(
          ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)
              .withHeader("Retry-After", Long.toString(service.secondsUntilTrial())));
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
      service.breaker().releasePermission();
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
    retryOr(true, ErrorCode.SERVICE_UNAVAILABLE, cause);
  }

  @Override
  public void broken(Throwable cause) {
    retryOr(request.isIdempotent(), ErrorCode.BAD_GATEWAY, cause);
  }

  private void retryOr(boolean repeatable, ErrorCode otherwise, Throwable cause) {
    if (finished) {
      return;
    }
    eject();
    var failed = leaveInstance();
    if (repeatable && mayRetry()) {
      attempt(failed);
    } else {
      failed(otherwise, cause);
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
    if (status >= 500 && status != 501) {
      service
          .breaker()
          .onError(elapsed(), TimeUnit.NANOSECONDS, ApiException.of(ErrorCode.BAD_GATEWAY));
      service.leave();
    } else {
      service.breaker().onSuccess(elapsed(), TimeUnit.NANOSECONDS);
      leaveAfterWait(true);
    }
    finish();
    sink.success(answer);
  }

  private boolean mayRetry() {
    var allowed = attempts < maxAttempts && service.size() > 1 && service.retries().withdraw();
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
    failed(ErrorCode.UPSTREAM_TIMEOUT, new TimeoutException("no answer in time"));
  }

  private void cancelled() {
    if (!loop.inEventLoop()) {
      loop.execute(this::cancelled);
      return;
    }
    if (!finished) {
      abandonConnection();
      leaveInstance();
      service.breaker().releasePermission();
      leaveAfterWait(false);
      finish();
    }
  }

  private void failed(ErrorCode code, Throwable cause) {
    service.breaker().onError(elapsed(), TimeUnit.NANOSECONDS, cause);
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
