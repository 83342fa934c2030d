package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.web.StreamPermits;
import io.gatehouse.gateway.request.EdgeExchange;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A request's body on the framework's way: what goes wrong with it is its sender's, and one that
 * streams is one of its caller's streams until the service has it.
 */
final class SentBody {
  private final ServerWebExchange exchange;
  private final Mono<Void> whole;

  /** Its sender broke it off; the service is not to blame. */
  static final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenOffException(Throwable cause) {
      super(cause);
    }
  }

  private SentBody(ServerWebExchange exchange, Mono<Void> whole) {
    this.exchange = exchange;
    this.whole = whole;
  }

  /**
   * The body of this exchange.
   *
   * @param streams whether sending it takes its time
   * @throws io.gatehouse.defaults.web.ApiException RATE_LIMITED or SERVICE_UNAVAILABLE when its
   *     caller, or all callers together, hold as many streams as they may
   */
  static SentBody of(ServerWebExchange exchange, boolean streams, StreamPermits permits) {
    var edge = EdgeExchange.of(exchange);
    if (!edge.hasBody()) {
      return new SentBody(exchange, Mono.empty());
    }
    if (!streams) {
      return new SentBody(watched(exchange, () -> {}), Mono.empty());
    }
    var permit = permits.acquire(edge.caller());
    // Also of a body that nobody asks for.
    edge.atEnd(permit::close);
    var sent = Sinks.<Void>empty();
    return new SentBody(
        watched(
            exchange,
            () -> {
              permit.close();
              sent.tryEmitEmpty();
            }),
        sent.asMono());
  }

  private static ServerWebExchange watched(ServerWebExchange exchange, Runnable over) {
    return exchange
        .mutate()
        .request(
            new ServerHttpRequestDecorator(exchange.getRequest()) {
              @Override
              public Flux<DataBuffer> getBody() {
                return super.getBody()
                    .onErrorMap(BrokenOffException::new)
                    .doFinally(_ -> over.run());
              }
            })
        .build();
  }

  /** The exchange to go on with. */
  ServerWebExchange exchange() {
    return exchange;
  }

  /** Completes when nothing of the body is left to wait for. */
  Mono<Void> whole() {
    return whole;
  }
}
