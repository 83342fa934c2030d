package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.platform.GatehouseProperties;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.ErrorRenderer;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.gateway.routes.Admission;
import io.gatehouse.gateway.routes.RouteTable;
import io.gatehouse.gateway.traffic.AccessLog;
import io.gatehouse.gateway.traffic.Traffic;
import io.gatehouse.gateway.traffic.Visit;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.jspecify.annotations.Nullable;
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
class EdgeFilter implements WebFilter {
  private static final String HEALTH = "/health";

  private final Origins origins;
  private final Cors cors;
  private final CallerCheck callers;
  private final RouteTable routes;
  private final ErrorRenderer errors;
  private final Traffic traffic;
  private final AccessLog accessLog;
  private final String publicUrl;
  private final boolean httpsOnly;

  EdgeFilter(
      Origins origins,
      Cors cors,
      CallerCheck callers,
      RouteTable routes,
      ErrorRenderer errors,
      Traffic traffic,
      AccessLog accessLog,
      GatehouseProperties platform) {
    this.origins = origins;
    this.cors = cors;
    this.callers = callers;
    this.routes = routes;
    this.errors = errors;
    this.traffic = traffic;
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
    var visit =
        Visit.begin(
            exchange,
            request,
            response,
            RequestId.keepOrCreate(request.requestHeaders().get(RequestId.HEADER)),
            origins.of(peer, "https".equals(request.scheme()), request.requestHeaders()));
    exchange.getAttributes().put(RequestId.KEY, visit.requestId());
    response.responseHeaders().set("x-request-id", visit.requestId());
    SecurityHeaders.set(response.responseHeaders(), visit.origin().isSecure());
    return serve(exchange, chain, visit, channel.eventLoop())
        .onErrorResume(error -> fail(exchange, visit, error))
        .doFinally(_ -> done(exchange, visit));
  }

  private Mono<Void> serve(
      ServerWebExchange exchange, WebFilterChain chain, Visit visit, EventLoop loop) {
    var request = visit.request();
    if (httpsOnly && !visit.origin().isSecure()) {
      return redirect(visit);
    }
    var known = cors.allow(request.requestHeaders(), visit.response().responseHeaders());
    if (Cors.isPreflight(request)) {
      return preflight(visit, known);
    }
    var path = path(request.uri());
    var entry = routes.find(path, request.method());
    if (entry == null && path.equals(HEALTH)) {
      // Probes must not be refused for being frequent.
      visit.routed(path);
      return chain.filter(exchange);
    }
    if (request.requestHeaders().contains(HttpHeaderNames.CONTENT_ENCODING) && visit.hasBody()) {
      return Mono.error(codedBody());
    }
    Codings.restoreTags(request);
    return callers.admit(
        visit,
        entry == null ? ownAdmission(path) : entry.admission(),
        loop,
        () -> route(exchange, chain, visit, entry));
  }

  /** RFC 9110 section 15.5.16. */
  private static ApiException codedBody() {
    return ApiException.of(
            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding is not supported in requests; send the body as it is")
        .withHeader("Accept-Encoding", "identity");
  }

  /** What the gateway answers itself. */
  private static Admission ownAdmission(String path) {
    return path.startsWith("/api/") || path.equals("/graphql") ? Admission.TOKEN : Admission.OPEN;
  }

  private Mono<Void> route(
      ServerWebExchange exchange,
      WebFilterChain chain,
      Visit visit,
      RouteTable.@Nullable Entry entry) {
    var token = visit.token();
    if (entry != null) {
      visit.routed(entry.route().getId());
      return routes.follow(entry.route(), exchange);
    }
    visit.routed("gateway");
    if (token != null) {
      token.putInto(exchange);
    }
    return chain
        .filter(exchange)
        .contextWrite(context -> context.put(RequestId.KEY, visit.requestId()));
  }

  private Mono<Void> redirect(Visit visit) {
    visit.answered(HttpResponseStatus.PERMANENT_REDIRECT.code());
    visit
        .response()
        .status(HttpResponseStatus.PERMANENT_REDIRECT)
        .header(HttpHeaderNames.LOCATION, publicUrl + visit.request().uri())
        .header(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
    return visit.response().send();
  }

  private Mono<Void> preflight(Visit visit, boolean known) {
    if (!known) {
      return Mono.error(ApiException.of(ErrorCode.FORBIDDEN, "This origin is not allowed"));
    }
    visit.routed("preflight");
    visit.answered(HttpResponseStatus.NO_CONTENT.code());
    cors.answerPreflight(visit.response().responseHeaders());
    return visit.response().status(HttpResponseStatus.NO_CONTENT).send();
  }

  private Mono<Void> fail(ServerWebExchange exchange, Visit visit, Throwable error) {
    if (visit.response().hasSentHeaders()) {
      visit.breakOff();
      return Mono.empty();
    }
    // The client went away, or was refused by the edge: there is nobody to tell.
    if (!isOpen(visit)) {
      return Mono.empty();
    }
    return errors.handle(exchange, error);
  }

  private static boolean isOpen(Visit visit) {
    return visit.response() instanceof Connection connection && connection.channel().isActive();
  }

  private void done(ServerWebExchange exchange, Visit visit) {
    if (visit.status() == 0) {
      visit.answered(status(exchange));
    }
    if (visit.status() == ErrorCode.FORBIDDEN.status()) {
      CallerCheck.report("access-refused", visit);
    }
    traffic.count(visit);
    accessLog.record(visit);
    visit.ended();
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
