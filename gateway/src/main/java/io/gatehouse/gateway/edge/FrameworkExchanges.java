package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.platform.AbandonedAnswers;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.ErrorRenderer;
import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.upstreams.FrameworkHeaders;
import io.gatehouse.gateway.upstreams.OpenStreams;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.Principal;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * The exchange as Spring Cloud Gateway's predicates and filters, and a team's, get to see it: who
 * calls and from where as the edge verified it, and an answer that keeps the edge's promises.
 */
@Component
class FrameworkExchanges {
  private static final String SEEN = FrameworkExchanges.class.getName();

  private final ErrorRenderer errors;
  private final OpenStreams streams;

  FrameworkExchanges(ErrorRenderer errors, OpenStreams streams) {
    this.errors = errors;
    this.streams = streams;
  }

  /**
   * For predicates, before it is known who calls. As if this gateway stood behind one proxy that it
   * trusts: the last address of X-Forwarded-For is the client's.
   */
  ServerWebExchange seen(ServerWebExchange exchange, EdgeExchange edge) {
    var seen =
        exchange
            .mutate()
            .request(
                request ->
                    request
                        .headers(
                            headers -> {
                              FrameworkHeaders.verified(headers, edge);
                              headers.set("X-Forwarded-For", edge.origin().ip());
                            })
                        .remoteAddress(address(edge)))
            .build();
    exchange.getAttributes().put(SEEN, seen);
    return seen;
  }

  /** Goes through the framework's filters, with the caller and the answer. */
  Mono<Void> follow(ServerWebExchange exchange, EdgeExchange edge, WebFilterChain chain) {
    return chain
        .filter(followed(exchange, edge))
        // What breaks off behind its head, but before anybody was sent that.
        .onErrorMap(IOException.class, broken -> ApiException.of(ErrorCode.BAD_GATEWAY, broken))
        .doOnCancel(() -> letGo(exchange));
  }

  /** Of an answer that has come and that nobody reads yet. */
  private static void letGo(ServerWebExchange exchange) {
    if (exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR)
        instanceof Connection answer) {
      AbandonedAnswers.letGo(answer);
    }
  }

  private ServerWebExchange followed(ServerWebExchange exchange, EdgeExchange edge) {
    ServerWebExchange known = exchange.getAttribute(SEEN);
    var seen = known == null ? seen(exchange, edge) : known;
    exchange.getAttributes().remove(SEEN);
    exchange.getResponse().beforeCommit(() -> Mono.fromRunnable(() -> headIsThere(exchange, edge)));
    var token = edge.token();
    var changed = seen.mutate().response(new Answer(seen, edge));
    return token == null ? changed.build() : changed.principal(Mono.just(principal(token))).build();
  }

  private static Principal principal(AccessToken token) {
    return token::subject;
  }

  private static void headIsThere(ServerWebExchange exchange, EdgeExchange edge) {
    var status = exchange.getResponse().getStatusCode();
    edge.answered(status == null ? 200 : status.value());
  }

  private static InetSocketAddress address(EdgeExchange edge) {
    var remote = edge.request().remoteAddress();
    try {
      return new InetSocketAddress(
          InetAddress.ofLiteral(edge.origin().ip()), remote == null ? 0 : remote.getPort());
    } catch (IllegalArgumentException unknown) {
      return InetSocketAddress.createUnresolved(edge.origin().ip(), 0);
    }
  }

  /** Gives errors that a filter only set as a status their body, and lets event streams end. */
  private final class Answer extends ServerHttpResponseDecorator {
    private final ServerWebExchange exchange;
    private final EdgeExchange edge;

    Answer(ServerWebExchange exchange, EdgeExchange edge) {
      super(exchange.getResponse());
      this.exchange = exchange;
      this.edge = edge;
    }

    @Override
    public Mono<Void> setComplete() {
      var refusal = isCommitted() || isTheServices() ? null : refusal();
      return refusal == null ? super.setComplete() : errors.handle(exchange, refusal);
    }

    private boolean isTheServices() {
      return exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_ATTR) != null;
    }

    private @Nullable ApiException refusal() {
      var status = getStatusCode();
      if (status == null || !status.isError()) {
        return null;
      }
      var refused = ApiException.of(ErrorCode.ofStatus(status.value()));
      var waits = getHeaders().getFirst(HttpHeaders.RETRY_AFTER);
      return status.value() == ErrorCode.RATE_LIMITED.status()
          ? refused.withHeader(HttpHeaders.RETRY_AFTER, waits == null ? "1" : waits)
          : refused;
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
      var type = getHeaders().getContentType();
      return super.writeAndFlushWith(
          type != null && type.isCompatibleWith(MediaType.TEXT_EVENT_STREAM)
              ? Flux.from(body).takeUntilOther(streams.end(edge.token()))
              : body);
    }
  }
}
