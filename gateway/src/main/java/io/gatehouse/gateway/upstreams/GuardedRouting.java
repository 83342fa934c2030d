package io.gatehouse.gateway.upstreams;

import io.gatehouse.defaults.platform.AbandonedAnswers;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.StreamPermits;
import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.routes.OwnFilter;
import io.gatehouse.gateway.routes.RouteEntry;
import io.gatehouse.gateway.upstreams.ServiceBreaker.Admission;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.loadbalancer.Response;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.ReactiveLoadBalancerClientFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * The guards of the framework's way, around load balancer and routing: a permit, the service's
 * breaker, the deadline to the response's head, and another instance for what may be sent again.
 * The chain behind it completes when the head is there.
 */
@Component
class GuardedRouting implements GlobalFilter, Ordered, OwnFilter {
  private final Upstreams upstreams;
  private final StreamPermits streams;

  GuardedRouting(Upstreams upstreams, StreamPermits streams) {
    this.upstreams = upstreams;
    this.streams = streams;
  }

  @Override
  public int getOrder() {
    return ReactiveLoadBalancerClientFilter.LOAD_BALANCER_CLIENT_FILTER_ORDER - 1;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    URI url = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR);
    var entry = RouteEntry.of(exchange);
    if (entry == null || ServerWebExchangeUtils.isAlreadyRouted(exchange) || !leaves(url)) {
      return chain.filter(exchange);
    }
    var service =
        isBalanced(url, exchange) ? upstreams.named(url.getHost()) : upstreams.external(entry.id());
    return Mono.defer(() -> guarded(exchange, chain, entry, service, url));
  }

  private static boolean leaves(URI url) {
    return !"forward".equals(url.getScheme()) && !"no".equals(url.getScheme());
  }

  private static boolean isBalanced(URI url, ServerWebExchange exchange) {
    return "lb".equals(url.getScheme())
        || "lb".equals(exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_SCHEME_PREFIX_ATTR));
  }

  private Mono<Void> guarded(
      ServerWebExchange exchange,
      GatewayFilterChain chain,
      RouteEntry entry,
      UpstreamService service,
      URI url) {
    var sent = SentBody.of(exchange, entry.streams(), streams);
    if (!service.enter()) {
      return Mono.error(ApiException.of(ErrorCode.SERVICE_UNAVAILABLE));
    }
    var caller = EdgeExchange.of(exchange).caller();
    var admission = service.breaker().admit(caller);
    if (admission == Admission.REFUSED) {
      service.leave();
      service.refusedByBreaker.increment();
      return Mono.error(
          ApiException.of(ErrorCode.SERVICE_UNAVAILABLE)
              .withHeader("Retry-After", Long.toString(service.breaker().secondsUntilTrial())));
    }
    service.retries().deposit();
    var deadline = entry.deadline() == null ? upstreams.guards().deadline() : entry.deadline();
    var call = new GuardedCall(exchange, service, admission, caller, deadline);
    var attempts = attempt(new Target(sent.exchange(), url, service), chain, 1);
    if (isUpgrade(exchange)) {
      // The client's handshake comes first, and the service is connected by the session.
      call.sessionBegins();
      exchange.getAttributes().put(GuardedCall.class.getName(), call);
      return attempts;
    }
    // For a body that streams the wait begins when the service has it.
    return attempts
        .timeout(sent.whole().then(Mono.delay(deadline)))
        .doOnSuccess(_ -> call.answered())
        .onErrorMap(GuardedRouting::refusal)
        .doOnError(call::failed)
        .doOnCancel(call::cancelled);
  }

  /** The call that a WebSocket's exchange was made by; null when none was guarded. */
  static @Nullable GuardedCall call(ServerWebExchange exchange) {
    return exchange.getAttribute(GuardedCall.class.getName());
  }

  private static boolean isUpgrade(ServerWebExchange exchange) {
    return "websocket".equalsIgnoreCase(exchange.getRequest().getHeaders().getUpgrade());
  }

  /**
   * What an attempt starts from.
   *
   * @param headers of the answer, which the edge has set already
   */
  private record Target(
      ServerWebExchange exchange, URI url, UpstreamService service, HttpHeaders headers) {
    Target(ServerWebExchange exchange, URI url, UpstreamService service) {
      this(exchange, url, service, new HttpHeaders());
      headers.addAll(exchange.getResponse().getHeaders());
    }

    @Nullable Instance chosen() {
      return GuardedRouting.chosen(exchange);
    }

    /** Forgets the last attempt's answer, but for its instance. */
    void startAgain() {
      var attributes = exchange.getAttributes();
      var tried = chosen();
      if (tried != null) {
        attributes.put(UpstreamLoadBalancer.TRIED, tried);
      }
      if (attributes.remove(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR)
          instanceof Connection unread) {
        AbandonedAnswers.letGo(unread);
      }
      ServerWebExchangeUtils.reset(exchange);
      // The framework takes away every name that the answer had.
      exchange.getResponse().getHeaders().putAll(headers);
      attributes.put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, url);
    }
  }

  private Mono<Void> attempt(Target target, GatewayFilterChain chain, int number) {
    var exchange = target.exchange();
    var service = target.service();
    return chain
        .filter(exchange)
        .materialize()
        .flatMap(
            end -> {
              var failed = end.getThrowable();
              if (failed != null) {
                eject(exchange, service, failed);
              }
              if (!mayBeRepeated(exchange, failed)
                  || number >= upstreams.guards().maxAttempts()
                  || !service.hasOtherThan(target.chosen())
                  || !service.retries().withdraw()) {
                return failed == null ? Mono.empty() : Mono.error(failed);
              }
              service.retried.increment();
              target.startAgain();
              return attempt(target, chain, number + 1);
            });
  }

  /**
   * What was never sent, and what does no more when it is sent twice. A body that was begun is
   * gone: it passes through as it comes.
   *
   * @param failed null when there is an answer
   */
  private static boolean mayBeRepeated(ServerWebExchange exchange, @Nullable Throwable failed) {
    if (failed != null && wasNotSent(failed)) {
      return true;
    }
    return (failed == null ? isUnavailable(exchange) : failed instanceof IOException)
        && UpstreamRequest.isIdempotent(exchange.getRequest().getMethod().name())
        && !EdgeExchange.of(exchange).hasBody()
        && !isUpgrade(exchange)
        && !exchange.getResponse().isCommitted();
  }

  private static boolean isUnavailable(ServerWebExchange exchange) {
    var status = exchange.getResponse().getStatusCode();
    return status != null && status.value() >= 502 && status.value() <= 504;
  }

  private static void eject(ServerWebExchange exchange, UpstreamService service, Throwable failed) {
    var instance = chosen(exchange);
    if (instance != null && (wasNotSent(failed) || failed instanceof IOException)) {
      exchange.getAttributes().put(UpstreamLoadBalancer.TRIED, instance);
      if (wasNotSent(failed)) {
        instance.refused();
      }
      if (service.hasOtherThan(instance) && instance.eject(System.nanoTime())) {
        service.ejections.increment();
      }
    }
  }

  static @Nullable Instance chosen(ServerWebExchange exchange) {
    return exchange.getAttribute(ServerWebExchangeUtils.GATEWAY_LOADBALANCER_RESPONSE_ATTR)
                instanceof Response<?> response
            && response.getServer() instanceof UpstreamInstance found
        ? found.instance()
        : null;
  }

  static boolean wasNotSent(Throwable failed) {
    return failed instanceof ConnectException
        || failed instanceof UnknownHostException
        || failed instanceof SSLHandshakeException;
  }

  private static Throwable refusal(Throwable failed) {
    return switch (failed) {
      case Throwable unreachable when wasNotSent(unreachable) ->
          ApiException.of(ErrorCode.SERVICE_UNAVAILABLE, unreachable);
      case SentBody.BrokenOffException senders ->
          ApiException.of(ErrorCode.MALFORMED_REQUEST, senders);
      case TimeoutException late -> ApiException.of(ErrorCode.UPSTREAM_TIMEOUT, late);
      case IOException broken -> ApiException.of(ErrorCode.BAD_GATEWAY, broken);
      default -> failed;
    };
  }
}
