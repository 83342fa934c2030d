package io.gatehouse.gateway.request;

import io.gatehouse.defaults.tokens.AccessToken;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AttributeKey;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.server.ServerWebExchange;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** One request's stay in the gateway: what the edge found out, for the filters after it. */
public final class EdgeExchange {
  private static final String KEY = EdgeExchange.class.getName();
  private static final AttributeKey<@Nullable Runnable> RESUMED =
      AttributeKey.valueOf(EdgeExchange.class, "resumed");

  private final HttpServerRequest request;
  private final HttpServerResponse response;
  private final ServerHttpRequest original;
  private final String requestId;
  private final Origin origin;
  private final long startedAt = System.nanoTime();

  private @Nullable AccessToken token;
  private String route = "none";
  private int status;
  private long answeredAt;
  private Runnable atEnd = () -> {};
  private Supplier<HttpHeaders> trailers = () -> EmptyHttpHeaders.INSTANCE;

  /** Starts the edge and leaves it on the exchange. */
  public static EdgeExchange begin(
      ServerWebExchange exchange,
      HttpServerRequest request,
      HttpServerResponse response,
      String requestId,
      Origin origin) {
    var edge = new EdgeExchange(exchange.getRequest(), request, response, requestId, origin);
    exchange.getAttributes().put(KEY, edge);
    return edge;
  }

  private EdgeExchange(
      ServerHttpRequest original,
      HttpServerRequest request,
      HttpServerResponse response,
      String requestId,
      Origin origin) {
    this.original = original;
    this.request = request;
    this.response = response;
    this.requestId = requestId;
    this.origin = origin;
  }

  public static EdgeExchange of(ServerWebExchange exchange) {
    return exchange.getRequiredAttribute(KEY);
  }

  public HttpServerRequest request() {
    return request;
  }

  public HttpServerResponse response() {
    return response;
  }

  /** The client connection's event loop. */
  public EventLoop loop() {
    return ((Connection) response).channel().eventLoop();
  }

  /** True while the client takes what it is sent as fast as it comes. */
  public boolean clientTakes() {
    return ((Connection) response).channel().isWritable();
  }

  /** What to do each time that the client can take more; null ends it. */
  public void onResume(@Nullable Runnable task) {
    ((Connection) response).channel().attr(RESUMED).set(task);
  }

  /** The client of this connection can take more again. */
  public static void resume(Channel channel) {
    var task = channel.attr(RESUMED).get();
    if (task != null) {
      task.run();
    }
  }

  public String requestId() {
    return requestId;
  }

  public Origin origin() {
    return origin;
  }

  public @Nullable AccessToken token() {
    return token;
  }

  public void identified(AccessToken verified) {
    token = verified;
  }

  /** Whose request it is: a verified subject or client, else an address. */
  public String caller() {
    return token == null ? origin.ip() : token.subject();
  }

  public String route() {
    return route;
  }

  public void routed(String id) {
    route = id;
  }

  /** The answer's head is there. */
  public void answered(int code) {
    status = code;
    answeredAt = System.nanoTime();
  }

  /** 0 while there is no answer. */
  public int status() {
    return status;
  }

  public long nanosToHead() {
    return (answeredAt == 0 ? System.nanoTime() : answeredAt) - startedAt;
  }

  /** What to do once the answer is sent, or cannot be: the last word on this edge. */
  public void atEnd(Runnable action) {
    var before = atEnd;
    atEnd =
        () -> {
          before.run();
          action.run();
        };
  }

  public void ended() {
    atEnd.run();
  }

  public boolean isHead() {
    return HttpMethod.HEAD.equals(request.method());
  }

  /** Whether the request announces a body that is not empty. */
  public boolean hasBody() {
    var headers = request.requestHeaders();
    var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || (length != null && !length.equals("0"));
  }

  /** Where to find what comes behind the request's body. */
  public void trailersIn(Supplier<HttpHeaders> where) {
    trailers = where;
  }

  /** What came behind the request's body; empty until the body has ended. */
  public HttpHeaders trailers() {
    return trailers.get();
  }

  /** The bytes of the body that the request's head announces; -1 when it does not say. */
  public long announcedBody() {
    var length = request.requestHeaders().get(HttpHeaderNames.CONTENT_LENGTH);
    return length == null ? -1 : Long.parseLong(length);
  }

  /** Closes the client's connection inside an answer that cannot be finished. */
  public void breakOff() {
    if (response instanceof Connection connection) {
      var _ = connection.channel().close();
    }
  }

  /** The path and query to forward: as received, unless a route filter changed the request. */
  public String uriOf(ServerWebExchange exchange) {
    if (isOriginal(exchange)) {
      return request.uri();
    }
    var uri = exchange.getRequest().getURI();
    return uri.getRawQuery() == null
        ? uri.getRawPath()
        : uri.getRawPath() + "?" + uri.getRawQuery();
  }

  /** The headers to forward: as received, unless a route filter changed the request. */
  public HttpHeaders headersOf(ServerWebExchange exchange) {
    if (isOriginal(exchange)) {
      return request.requestHeaders();
    }
    var changed = new DefaultHttpHeaders();
    exchange.getRequest().getHeaders().forEach(changed::set);
    return changed;
  }

  private boolean isOriginal(ServerWebExchange exchange) {
    return exchange.getRequest().equals(original);
  }
}
