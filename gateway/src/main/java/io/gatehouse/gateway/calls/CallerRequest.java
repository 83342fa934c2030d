package io.gatehouse.gateway.calls;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.gateway.upstreams.UpstreamClient;
import io.gatehouse.gateway.upstreams.UpstreamResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;

/**
 * One client request that several calls answer: all with the caller's own token, a permit for each,
 * inside one deadline and the caller's share of heap and calls, and the same read only once. What
 * it gives comes on the caller's line of the work pool, never on an event loop.
 */
public final class CallerRequest {
  /** Heap of a parsed answer for each byte of its JSON; measured: 5 to 9.5. */
  private static final int PARSED = 10;

  /** The same for an answer whose bytes go into another one's. */
  private static final int COPIED = 3;

  private static final Duration LONGEST = Duration.ofMinutes(1);

  /** On an answer that was given before, to the same Idempotency-Key. */
  public static final String REPLAYED = "Idempotent-Replayed";

  private static final List<String> PASSED_ON =
      List.of(HttpHeaders.AUTHORIZATION, "traceparent", "tracestate", "baggage");

  private final UpstreamClient services;
  private final Permits permits;
  private final Callers.Share share;
  private final AccessToken caller;
  private final String requestId;
  private final HttpHeaders given;
  private final HttpHeaders headers;
  private final long endsAtNanos;
  private final Scheduler work;
  private final Map<String, Mono<UpstreamResponse>> reads = new ConcurrentHashMap<>();
  private final Map<String, Mono<Object>> trees = new ConcurrentHashMap<>();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger replays = new AtomicInteger();
  private final Sinks.Empty<Void> end = Sinks.empty();
  private long held;
  private boolean ended;

  CallerRequest(
      ServerWebExchange exchange,
      UpstreamClient services,
      Permits permits,
      Callers.Share share,
      Duration deadline) {
    var id = RequestId.of(exchange);
    this.services = services;
    this.permits = permits;
    this.share = share;
    this.caller = AccessToken.of(exchange);
    this.requestId = id == null ? RequestId.create() : id;
    this.given = exchange.getRequest().getHeaders();
    this.headers = headers(given);
    this.endsAtNanos = System.nanoTime() + deadline.toNanos();
    this.work = Schedulers.fromExecutor(share.line());
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

  /** Most calls that it may make. */
  public int maxCalls() {
    return permits.maxCalls();
  }

  /** Where what takes long on a processor runs. */
  public Scheduler work() {
    return work;
  }

  /** True when it made changes, and each was answered as it was the first time. */
  public boolean isReplay() {
    return changes.get() > 0 && replays.get() == changes.get();
  }

  /**
   * Counts heap before it is taken; it is given back when the request ends.
   *
   * @param bytes an estimate
   * @throws ApiException when the request, its caller or the gateway would hold too much
   */
  public synchronized void hold(long bytes) {
    if (ended) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
    }
    share.hold(bytes, held);
    held += bytes;
  }

  /** The answer is sent, or its client is gone: calls that still run are cancelled. */
  void end() {
    long size;
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      size = held;
    }
    var _ = end.tryEmitEmpty();
    share.leave(size);
  }

  /** Says on the answer what is left of the caller's limit. */
  public void tellLimit() {
    permits.tell();
  }

  /**
   * Spends the permits of calls that will be made for certain, before the first of them.
   *
   * @return RATE_LIMITED when there are not enough
   */
  public Mono<Void> reserve(int calls) {
    return permits.reserve(calls);
  }

  /** Completes when the request may make an account. */
  public Mono<Void> signUp() {
    return permits.signUp();
  }

  /**
   * A read, made once however often this request asks for it.
   *
   * @return the answer, an error status included; an {@link ApiException} when there is none
   */
  public Mono<UpstreamResponse> get(String service, String pathAndQuery, Duration timeout) {
    return reads.computeIfAbsent(
        service + pathAndQuery,
        _ -> call(service, HttpMethod.GET, pathAndQuery, headers, null, timeout, COPIED).cache());
  }

  /**
   * The parsed JSON of a read, made and parsed once however often this request asks for it.
   *
   * @param fields that this request looks for, the same at each call
   * @return maps, lists and scalars; an {@link ApiException} for an error status, too
   */
  public Mono<Object> tree(
      String service, String pathAndQuery, Duration timeout, JsonFields fields) {
    return trees.computeIfAbsent(
        service + pathAndQuery,
        _ ->
            call(service, HttpMethod.GET, pathAndQuery, headers, null, timeout, PARSED)
                .map(answer -> parse(answer, fields))
                .cache());
  }

  /**
   * A change; what was read before it is forgotten, so that later reads see it.
   *
   * @param conditions headers for this call alone
   * @return the parsed JSON of its answer
   */
  public Mono<Object> send(
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
    return call(service, method, pathAndQuery, all, json, timeout, PARSED)
        .doOnNext(this::noteReplay)
        .doOnTerminate(reads::clear)
        .doOnTerminate(trees::clear)
        .map(answer -> parse(answer, JsonFields.ALL));
  }

  private static Object parse(UpstreamResponse answer, JsonFields fields) {
    try {
      return fields.read(ServiceAnswer.jsonOrThrow(answer));
    } catch (JacksonException unusable) {
      throw ApiException.of(ErrorCode.BAD_GATEWAY, unusable);
    }
  }

  private void noteReplay(UpstreamResponse answer) {
    if ("true".equals(answer.headers().getFirst(REPLAYED))) {
      replays.incrementAndGet();
    }
  }

  /**
   * One call through permits and bulkhead.
   *
   * @param weight heap that becomes of each byte of the answer
   */
  private Mono<UpstreamResponse> call(
      String service,
      HttpMethod method,
      String pathAndQuery,
      HttpHeaders all,
      byte @Nullable [] json,
      Duration timeout,
      int weight) {
    // Begun on a thread of the pool: whoever makes room is inside of another call's answer.
    var made =
        Mono.defer(
                () ->
                    services.call(
                        service,
                        method,
                        pathAndQuery,
                        all,
                        json,
                        caller.subject(),
                        left(timeout),
                        bytes -> hold((long) bytes * weight)))
            .subscribeOn(work);
    return Mono.defer(() -> permits.call().then(share.bulkhead().pass(made)).timeout(left(LONGEST)))
        .onErrorMap(
            TimeoutException.class, late -> ApiException.of(ErrorCode.UPSTREAM_TIMEOUT, late))
        .takeUntilOther(end.asMono())
        .switchIfEmpty(Mono.error(() -> ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)))
        .publishOn(work);
  }

  /** What the deadline leaves of a call's own time. */
  private Duration left(Duration timeout) {
    var left = Duration.ofNanos(endsAtNanos - System.nanoTime());
    if (left.isNegative() || left.isZero()) {
      throw ApiException.of(ErrorCode.UPSTREAM_TIMEOUT);
    }
    return left.compareTo(timeout) < 0 ? left : timeout;
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
