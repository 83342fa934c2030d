package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Admission;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;

/** One guarded call, which tells its service once what came of it. */
final class GuardedCall {
  private final ServerWebExchange exchange;
  private final UpstreamService service;
  private final Admission admission;
  private final String caller;
  private final Duration deadline;
  private final long startedAt = System.nanoTime();
  private final AtomicBoolean over = new AtomicBoolean();

  GuardedCall(
      ServerWebExchange exchange,
      UpstreamService service,
      Admission admission,
      String caller,
      Duration deadline) {
    this.exchange = exchange;
    this.service = service;
    this.admission = admission;
    this.caller = caller;
    this.deadline = deadline;
  }

  void answered() {
    var outcome = outcome(exchange.getResponse());
    end(outcome, outcome == Outcome.ANSWERED);
  }

  void failed(Throwable failed) {
    var outcome =
        switch (failed) {
          case ApiException known when known.status() == 503 -> Outcome.UNREACHABLE;
          case ApiException known when known.status() == 502 || known.status() == 504 ->
              Outcome.FAILED;
          // The framework's response-timeout.
          case ResponseStatusException known when known.getStatusCode().value() == 504 ->
              Outcome.FAILED;
          default -> Outcome.NOTHING;
        };
    end(outcome, false);
  }

  void sessionBegins() {
    end(Outcome.NOTHING, false);
  }

  /** Of a session whose service could not be reached. */
  void notConnected(Throwable failed) {
    if (GuardedRouting.wasNotSent(failed)) {
      service.breaker().record(admission, Outcome.UNREACHABLE, caller, 0, 0);
    }
  }

  void cancelled() {
    end(Outcome.NOTHING, false);
  }

  private void end(Outcome outcome, boolean answered) {
    if (!over.compareAndSet(false, true)) {
      return;
    }
    var nanos = System.nanoTime() - startedAt;
    var request = exchange.getRequest();
    var shape =
        outcome == Outcome.SERVER_ERROR
            ? RouteShape.of(request.getMethod().name(), request.getURI().getRawPath())
            : 0;
    service.breaker().record(admission, outcome, caller, shape, nanos);
    if (outcome == Outcome.NOTHING) {
      service.leave();
    } else {
      service.leave(nanos, deadline, answered);
    }
  }

  /** A 503 with Retry-After is a service that is well and sheds. */
  private static Outcome outcome(ServerHttpResponse response) {
    var status = response.getStatusCode();
    return status == null
        ? Outcome.NOTHING
        : Outcome.of(status.value(), response.getHeaders().containsHeader(HttpHeaders.RETRY_AFTER));
  }
}
