package io.gatehouse.gateway.upstreams;

import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.routes.RouteEntry;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import org.springframework.cloud.gateway.event.RefreshRoutesEvent;
import org.springframework.cloud.gateway.handler.FilteringWebHandler;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The fast way: sends a request to its route's service and the answer back, in place of Spring
 * Cloud Gateway's load balancer, routing and response filters; docs/gateway-performance.md says
 * why. A route's own filters, which on this way can only change the request's head, run before it.
 */
@Component
public class Forwarding {
  private final Upstreams upstreams;
  private final OpenStreams streams;
  private final FilteringWebHandler withFilters;

  Forwarding(Upstreams upstreams, OpenStreams streams) {
    this.upstreams = upstreams;
    this.streams = streams;
    this.withFilters =
        new FilteringWebHandler(List.of((exchange, _) -> send(exchange, decided(exchange))), true);
  }

  private static RouteEntry decided(ServerWebExchange exchange) {
    var entry = RouteEntry.of(exchange);
    if (entry == null) {
      throw new IllegalStateException("no route was decided on");
    }
    return entry;
  }

  @EventListener
  void refreshed(RefreshRoutesEvent event) {
    withFilters.onApplicationEvent(event);
  }

  /** Answers the exchange by the route that was decided on. */
  public Mono<Void> forward(ServerWebExchange exchange, RouteEntry entry) {
    if (entry.target().getFilters().isEmpty()) {
      return send(exchange, entry);
    }
    exchange.getAttributes().put(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR, entry.target());
    return withFilters.handle(exchange);
  }

  private Mono<Void> send(ServerWebExchange exchange, RouteEntry entry) {
    var edge = EdgeExchange.of(exchange);
    var service = upstreams.named(entry.target().getUri().getHost());
    var headers = ForwardedHeaders.request(exchange, edge);
    var uri = edge.uriOf(exchange);
    var guards = upstreams.guards();
    var deadline = entry.deadline() == null ? guards.deadline() : entry.deadline();
    var caller = edge.caller();
    // The client's own loop: no hand-over between threads on either way.
    var loop = edge.loop();
    var in = edge.request();
    if (!edge.hasBody()) {
      var request =
          new UpstreamRequest(
              in.method(), uri, headers, UpstreamRequest.Body.NONE, deadline, deadline);
      return UpstreamCall.of(service, request, caller, loop, guards)
          .flatMap(answer -> send(answer, edge));
    }
    return body(in)
        .flatMap(
            body ->
                UpstreamCall.of(
                    service,
                    new UpstreamRequest(in.method(), uri, headers, body, deadline, deadline),
                    caller,
                    loop,
                    guards))
        .flatMap(answer -> send(answer, edge));
  }

  /**
   * All of it, so that it can be sent again; the edge refuses more than 1 MiB. Each piece is copied
   * as it comes: a slow client's would each hold a buffer of the network's.
   */
  private static Mono<UpstreamRequest.Body> body(HttpServerRequest in) {
    return in.receive().collect(BodyBytes::new, BodyBytes::add).map(BodyBytes::body);
  }

  /** Grows with what came; a body of one piece is copied once. */
  private static final class BodyBytes {
    private byte[] bytes = {};
    private int size;

    void add(ByteBuf piece) {
      var more = piece.readableBytes();
      if (size + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
      }
      piece.getBytes(piece.readerIndex(), bytes, size, more);
      size += more;
    }

    UpstreamRequest.Body body() {
      return UpstreamRequest.Body.of(bytes, size);
    }
  }

  private Mono<Void> send(UpstreamAnswer answer, EdgeExchange edge) {
    var out = edge.response();
    if (out.hasSentHeaders()) {
      answer.discard();
      return Mono.empty();
    }
    out.status(answer.head().status());
    ForwardedHeaders.response(answer.head().headers(), out.responseHeaders());
    edge.answered(answer.head().status().code());
    return switch (answer) {
      case UpstreamAnswer.Whole whole when !whole.trailers().isEmpty() ->
          // Its length stays unsaid: over HTTP/1.1 only what is chunked has trailers.
          withTrailers(whole, out).send(Flux.just(whole.body()).hide()).then();
      case UpstreamAnswer.Whole whole -> {
        setLength(whole.body(), out.responseHeaders(), edge);
        yield out.sendObject(whole.body()).then();
      }
      case UpstreamAnswer.Streamed streamed -> stream(streamed, edge);
    };
  }

  private static HttpServerResponse withTrailers(UpstreamAnswer answer, HttpServerResponse out) {
    return out.trailerHeaders(to -> ForwardedHeaders.trailers(answer.trailers(), to));
  }

  /** A HEAD answer keeps the length that its GET would have. */
  private static void setLength(ByteBuf body, HttpHeaders headers, EdgeExchange edge) {
    if (body.isReadable() && !edge.isHead()) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
    }
  }

  private Mono<Void> stream(UpstreamAnswer.Streamed answer, EdgeExchange edge) {
    answer.body().pacedBy(edge::clientTakes);
    edge.onResume(answer.body()::proceed);
    Flux<ByteBuf> body = answer.body();
    var type = answer.head().headers().get(HttpHeaderNames.CONTENT_TYPE);
    if (type != null && type.startsWith("text/event-stream")) {
      body = body.takeUntilOther(streams.end(edge.token()));
    }
    return withTrailers(answer, edge.response())
        .send(body, _ -> true)
        .then()
        // The client has a head already: all that is left is to break off.
        .onErrorResume(
            _ -> {
              edge.breakOff();
              return Mono.<Void>empty();
            })
        // Of a client that was gone before it: a body that nobody asks for holds its connection.
        .doFinally(
            _ -> {
              edge.onResume(null);
              answer.discard();
            });
  }
}
