package io.gatehouse.gateway.calls;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.gateway.limits.Limits;
import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.upstreams.UpstreamClient;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Those whose composed requests are being answered, each with its share: of the heap, of the
 * threads that compute, and of the calls that run at once.
 */
@Component
public class Callers implements AutoCloseable {
  private final UpstreamClient services;
  private final Limits limits;
  private final ComposedProperties properties;
  private final WorkPool work =
      new WorkPool(Math.max(2, Runtime.getRuntime().availableProcessors()));
  private final AtomicLong held = new AtomicLong();
  private final Map<String, Share> shares = new ConcurrentHashMap<>();

  Callers(
      UpstreamClient services, Limits limits, ComposedProperties properties, MeterRegistry meters) {
    this.services = services;
    this.limits = limits;
    this.properties = properties;
    Gauge.builder("gateway.composed.held", held, AtomicLong::get)
        .description("Heap that composed answers are counted to hold")
        .baseUnit("bytes")
        .register(meters);
    Gauge.builder("gateway.composed.callers", shares, Map::size).register(meters);
  }

  /**
   * Begins the composed answer to this exchange; it ends with the exchange.
   *
   * @param deadline for all its calls together
   * @throws ApiException UNAUTHENTICATED when the exchange has no verified token
   */
  public CallerRequest open(ServerWebExchange exchange, Duration deadline) {
    var caller = AccessToken.of(exchange);
    var edge = EdgeExchange.of(exchange);
    var share = enter(caller.hasRole("SERVICE") ? caller.clientId() : caller.subject());
    var request =
        new CallerRequest(
            exchange,
            services,
            new Permits(limits, edge, caller, properties.maxCalls()),
            share,
            deadline);
    edge.atEnd(request::end);
    return request;
  }

  private Share enter(String name) {
    return shares.compute(
        name,
        (_, known) -> {
          var share = known == null ? new Share(name) : known;
          share.requests++;
          return share;
        });
  }

  long held() {
    return held.get();
  }

  /** One caller's share. It exists while the caller has requests here. */
  final class Share {
    private final String name;
    private final AtomicLong bytes = new AtomicLong();
    private final Bulkhead bulkhead = new Bulkhead(properties.callsPerCaller());
    private final WorkPool.Line line = work.line();
    private int requests;

    private Share(String name) {
      this.name = name;
    }

    Bulkhead bulkhead() {
      return bulkhead;
    }

    WorkPool.Line line() {
      return line;
    }

    /**
     * Counts heap before it is taken.
     *
     * @param size in bytes
     * @param already what the request has
     * @throws ApiException ANSWER_TOO_LARGE, RATE_LIMITED or SERVICE_UNAVAILABLE when the request,
     *     its caller or the gateway would hold too much; then nothing is counted
     */
    void hold(long size, long already) {
      if (already + size > properties.memoryPerRequest().toBytes()) {
        throw ApiException.refused(
            "ANSWER_TOO_LARGE", "The answer takes too much memory to make. Ask for less at once");
      }
      if (bytes.addAndGet(size) > properties.memoryPerCaller().toBytes()) {
        bytes.addAndGet(-size);
        throw ApiException.of(
                ErrorCode.RATE_LIMITED, "Your requests ask for too much at the same time")
            .withHeader("Retry-After", "1");
      }
      if (held.addAndGet(size) > properties.memory().toBytes()) {
        free(size);
        throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE);
      }
    }

    private void free(long size) {
      bytes.addAndGet(-size);
      held.addAndGet(-size);
    }

    /** A request of this caller has ended and holds no more. */
    void leave(long size) {
      free(size);
      shares.compute(
          name,
          (_, share) -> {
            requests--;
            return requests == 0 ? null : share;
          });
    }
  }

  @Override
  public void close() {
    work.close();
  }
}
