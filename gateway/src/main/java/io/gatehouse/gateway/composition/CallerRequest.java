package io.gatehouse.gateway.composition;

import io.gatehouse.defaults.AccessToken;
import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorCode;
import io.gatehouse.defaults.RequestId;
import io.gatehouse.gateway.upstreams.UpstreamClient;
import io.gatehouse.gateway.upstreams.UpstreamResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/**
 * One client request that several calls answer: all with the caller's own token, inside one
 * deadline, few at a time, and the same read only once.
 */
public final class CallerRequest {
  private static final int CALLS_AT_ONCE = 16;

  /** On an answer that was given before, to the same Idempotency-Key. */
  public static final String REPLAYED = "Idempotent-Replayed";

  private static final List<String> PASSED_ON =
      List.of(HttpHeaders.AUTHORIZATION, "traceparent", "tracestate", "baggage");

  private final UpstreamClient services;
  private final AccessToken caller;
  private final String requestId;
  private final HttpHeaders given;
  private final HttpHeaders headers;
  private final long endsAtNanos;
  private final Turnstile turnstile = new Turnstile(CALLS_AT_ONCE);
  private final Map<String, Mono<UpstreamResponse>> reads = new ConcurrentHashMap<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger replays = new AtomicInteger();

  /**
   * The request of this exchange.
   *
   * @param deadline for all its calls together
   * @throws ApiException UNAUTHENTICATED when the exchange has no verified token
   */
  public CallerRequest(ServerWebExchange exchange, UpstreamClient services, Duration deadline) {
    var id = RequestId.of(exchange);
    this.services = services;
    this.caller = AccessToken.of(exchange);
    this.requestId = id == null ? RequestId.create() : id;
    this.given = exchange.getRequest().getHeaders();
    this.headers = headers(given);
    this.endsAtNanos = System.nanoTime() + deadline.toNanos();
  }

  public AccessToken caller() {
    return caller;
  }

  public String requestId() {
    return requestId;
  }

  /** The client's headers as they came. */
  public HttpHeaders given() {
    return given;
  }

  /** True when it made changes, and each was answered as it was the first time. */
  public boolean isReplay() {
    return changes.get() > 0 && replays.get() == changes.get();
  }

  /**
   * A read, made once however often this request asks for it.
   *
   * @return the answer, an error status included; an {@link ApiException} when there is none
   */
  public Mono<UpstreamResponse> get(String service, String pathAndQuery, Duration timeout) {
    return reads.computeIfAbsent(
        service + pathAndQuery,
        _ -> call(service, HttpMethod.GET, pathAndQuery, headers, null, timeout).cache());
  }

  /**
   * A change; what was read before it is forgotten, so that later reads see it.
   *
   * @param conditions headers for this call alone
   */
  public Mono<UpstreamResponse> send(
      String service,
      HttpMethod method,
      String pathAndQuery,
      byte[] json,
      HttpHeaders conditions,
      Duration timeout) {
    var all = new HttpHeaders();
    all.putAll(headers);
    all.putAll(conditions);
    all.setContentType(MediaType.APPLICATION_JSON);
    changes.incrementAndGet();
    return call(service, method, pathAndQuery, all, json, timeout)
        .doOnNext(this::noteReplay)
        .doOnTerminate(reads::clear);
  }

  private void noteReplay(UpstreamResponse answer) {
    if ("true".equals(answer.headers().getFirst(REPLAYED))) {
      replays.incrementAndGet();
    }
  }

  private Mono<UpstreamResponse> call(
      String service,
      HttpMethod method,
      String pathAndQuery,
      HttpHeaders all,
      byte @Nullable [] json,
      Duration timeout) {
    return turnstile.pass(
        Mono.defer(
            () -> {
              var left = Duration.ofNanos(endsAtNanos - System.nanoTime());
              if (left.isNegative() || left.isZero()) {
                return Mono.error(ApiException.of(ErrorCode.UPSTREAM_TIMEOUT));
              }
              var wait = left.compareTo(timeout) < 0 ? left : timeout;
              return services.call(
                  service, method, pathAndQuery, all, json, caller.subject(), wait);
            }));
  }

  private HttpHeaders headers(HttpHeaders given) {
    var kept = new HttpHeaders();
    for (var name : PASSED_ON) {
      var values = given.get(name);
      if (values != null) {
        kept.put(name, values);
      }
    }
    kept.set(RequestId.HEADER, requestId);
    kept.setAccept(List.of(MediaType.APPLICATION_JSON));
    return kept;
  }
}
