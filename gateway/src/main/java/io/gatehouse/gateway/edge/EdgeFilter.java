package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.ErrorRenderer;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.gateway.request.AccessLog;
import io.gatehouse.gateway.request.EdgeExchange;
import io.gatehouse.gateway.request.RequestMetrics;
import io.gatehouse.gateway.routes.OwnFilter;
import io.gatehouse.gateway.routes.RouteEntry;
import io.gatehouse.gateway.routes.RouteTable;
import io.gatehouse.gateway.upstreams.Forwarding;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Objects;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * What every request passes, whether it is forwarded or answered here: identify, limit, then route.
 * One filter instead of a chain of them, because each link of a reactive chain has its price.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class EdgeFilter implements WebFilter, OwnFilter {
  private final Origins origins;
  private final Cors cors;
  private final CallerCheck callers;
  private final RouteTable routes;
  private final Forwarding forwarding;
  private final FrameworkExchanges framework;
  private final EdgeRules rules;
  private final ErrorRenderer errors;
  private final RequestMetrics metrics;
  private final AccessLog accessLog;
  private final String publicUrl;
  private final boolean httpsOnly;

  EdgeFilter(
      Origins origins,
      Cors cors,
      CallerCheck callers,
      RouteTable routes,
      Forwarding forwarding,
      FrameworkExchanges framework,
      EdgeRules rules,
      ErrorRenderer errors,
      RequestMetrics metrics,
      AccessLog accessLog,
      GatehouseProperties platform) {
    this.origins = origins;
    this.cors = cors;
    this.callers = callers;
    this.routes = routes;
    this.forwarding = forwarding;
    this.framework = framework;
    this.rules = rules;
    this.errors = errors;
    this.metrics = metrics;
    this.accessLog = accessLog;
    this.publicUrl = platform.issuer();
    this.httpsOnly = publicUrl.startsWith("https://");
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    HttpServerRequest request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
    var channel = ((Connection) request).channel();
    var peer = channel.attr(Peer.KEY).get();
    if (peer == null) {
      // The management port: its connections have no edge.
      return chain.filter(exchange);
    }
    HttpServerResponse response =
        ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
    var edge =
        EdgeExchange.begin(
            exchange,
            request,
            response,
            RequestId.keepOrCreate(request.requestHeaders().get(RequestId.HEADER)),
            origins.of(peer, "https".equals(request.scheme()), request.requestHeaders()));
    exchange.getAttributes().put(RequestId.KEY, edge.requestId());
    response.responseHeaders().set("x-request-id", edge.requestId());
    SecurityHeaders.set(response.responseHeaders(), edge.origin().isSecure());
    return serve(exchange, chain, edge, channel)
        .onErrorResume(error -> fail(exchange, edge, error))
        .doFinally(_ -> done(exchange, edge));
  }

  private Mono<Void> serve(
      ServerWebExchange exchange, WebFilterChain chain, EdgeExchange edge, Channel channel) {
    var request = edge.request();
    if (httpsOnly && !edge.origin().isSecure()) {
      return redirect(edge);
    }
    UpgradeToken.settle(request.requestHeaders());
    var known = cors.allow(request.requestHeaders(), edge.response().responseHeaders());
    if (Cors.isPreflight(request)) {
      return preflight(edge, known);
    }
    // Now: by the time that predicates have been asked another request may have come behind it.
    var body = RequestIntake.of(channel);
    var decision =
        routes.decide(path(request.uri()), request.method(), () -> framework.seen(exchange, edge));
    var now = decision.now();
    return now != null
        ? admit(exchange, chain, edge, body, now)
        : Objects.requireNonNull(decision.later())
            .flatMap(entry -> admit(exchange, chain, edge, body, entry));
  }

  private Mono<Void> admit(
      ServerWebExchange exchange,
      WebFilterChain chain,
      EdgeExchange edge,
      RequestIntake.Body body,
      RouteEntry entry) {
    entry.putInto(exchange);
    edge.routed(entry.id());
    var most = entry.maxBody() == RouteEntry.USUAL ? rules.maxBody() : entry.maxBody();
    if (edge.hasBody() && !body.allow(most, entry.streams(), edge.announcedBody())) {
      return Mono.error(ApiException.of(ErrorCode.PAYLOAD_TOO_LARGE));
    }
    if (edge.request().requestHeaders().contains(HttpHeaderNames.CONTENT_ENCODING)
        && edge.hasBody()) {
      return Mono.error(codedBody());
    }
    edge.trailersIn(body::trailers);
    Codings.restoreTags(edge.request());
    return callers.admit(
        edge, entry.admission(), edge.loop(), () -> answer(exchange, chain, edge, entry));
  }

  /** RFC 9110 section 15.5.16. */
  private static ApiException codedBody() {
    return ApiException.of(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding is not supported in requests; send the body as it is")
        .withHeader("Accept-Encoding", "identity");
  }

  private Mono<Void> answer(
      ServerWebExchange exchange, WebFilterChain chain, EdgeExchange edge, RouteEntry entry) {
    if (entry.way() == RouteEntry.Way.FAST) {
      return forwarding.forward(exchange, entry);
    }
    var token = edge.token();
    if (token != null) {
      token.putInto(exchange);
    }
    return (entry.way() == RouteEntry.Way.FRAMEWORK
            ? framework.follow(exchange, edge, chain)
            : chain.filter(exchange))
        .contextWrite(context -> context.put(RequestId.KEY, edge.requestId()));
  }

  private Mono<Void> redirect(EdgeExchange edge) {
    edge.answered(HttpResponseStatus.PERMANENT_REDIRECT.code());
    edge.response()
        .status(HttpResponseStatus.PERMANENT_REDIRECT)
        .header(HttpHeaderNames.LOCATION, publicUrl + edge.request().uri())
        .header(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
    return edge.response().send();
  }

  private Mono<Void> preflight(EdgeExchange edge, boolean known) {
    if (!known) {
      return Mono.error(ApiException.of(ErrorCode.FORBIDDEN, "This origin is not allowed"));
    }
    edge.routed("preflight");
    edge.answered(HttpResponseStatus.NO_CONTENT.code());
    cors.answerPreflight(edge.response().responseHeaders());
    return edge.response().status(HttpResponseStatus.NO_CONTENT).send();
  }

  private Mono<Void> fail(ServerWebExchange exchange, EdgeExchange edge, Throwable error) {
    if (edge.response().hasSentHeaders()) {
      edge.breakOff();
      return Mono.empty();
    }
    // The client went away, or was refused by the edge: there is nobody to tell.
    if (!isOpen(edge)) {
      return Mono.empty();
    }
    return errors.handle(exchange, error);
  }

  private static boolean isOpen(EdgeExchange edge) {
    return edge.response() instanceof Connection connection && connection.channel().isActive();
  }

  private void done(ServerWebExchange exchange, EdgeExchange edge) {
    if (edge.status() == 0) {
      edge.answered(status(exchange));
    }
    if (edge.status() == ErrorCode.FORBIDDEN.status()) {
      CallerCheck.report("access-refused", edge);
    }
    metrics.count(edge);
    accessLog.record(edge);
    edge.ended();
  }

  /** 499, as nginx has it, for a client that left before its answer. */
  private static int status(ServerWebExchange exchange) {
    var status = exchange.getResponse().getStatusCode();
    return exchange.getResponse().isCommitted() && status != null ? status.value() : 499;
  }

  private static String path(String uri) {
    var query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }
}
