package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.RequestId;
import io.gatehouse.gateway.routes.RouteTable;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What every connection's {@link Http1ConnectionGuard} goes by. */
@Component
class EdgeRules {
  /** What a header line has besides its name and its value. */
  private static final int LINE_OVERHEAD = 4;

  private final EdgeProperties properties;
  private final Http2Properties http2;
  private final TrustedProxies proxies;
  private final Origins origins;
  private final BufferBudget budget;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final Cors cors;
  private final ObjectProvider<RouteTable> routes;

  EdgeRules(
      EdgeProperties properties,
      Http2Properties http2,
      TrustedProxies proxies,
      Origins origins,
      BufferBudget budget,
      JsonMapper json,
      MeterRegistry meters,
      Cors cors,
      ObjectProvider<RouteTable> routes) {
    this.properties = properties;
    this.http2 = http2;
    this.proxies = proxies;
    this.origins = origins;
    this.budget = budget;
    this.json = json;
    this.meters = meters;
    this.cors = cors;
    // The web server is set up before there are routes.
    this.routes = routes;
  }

  EdgeProperties properties() {
    return properties;
  }

  Http2Properties http2() {
    return http2;
  }

  ClientBuffers newBuffers(Channel channel, Outlet outlet) {
    return new ClientBuffers(this, budget, channel, outlet);
  }

  /** Whose share of the buffers a request uses: the address that its limit counts. */
  String caller(Peer peer, @Nullable HttpHeaders headers) {
    return headers == null || !peer.trusted() ? peer.ip() : origins.of(peer, false, headers).ip();
  }

  /** Bytes of a body, where its route says nothing. */
  long maxBody() {
    return properties.maxBody().toBytes();
  }

  /** Bytes of a body of which is not known yet what its route says. */
  long largestBody() {
    return Math.max(maxBody(), routes.getObject().largestBody());
  }

  /** What the decoder of HTTP/1.1 refuses by itself: the reason, or null. */
  @Nullable ErrorCode tooLong(String uri, HttpHeaders headers) {
    if (uri.length() > properties.maxUri().toBytes()) {
      return ErrorCode.URI_TOO_LONG;
    }
    var size = 0L;
    for (var lines = headers.iteratorCharSequence(); lines.hasNext(); ) {
      var line = lines.next();
      size += line.getKey().length() + (long) line.getValue().length() + LINE_OVERHEAD;
    }
    return size > properties.maxHeaders().toBytes() ? ErrorCode.HEADERS_TOO_LARGE : null;
  }

  /** In nanoseconds. */
  long limit(boolean head, boolean body) {
    if (head) {
      return properties.headTimeout().toNanos();
    }
    return (body ? properties.bodyTimeout() : properties.idleTimeout()).toNanos();
  }

  long sendTimeoutNanos() {
    return properties.sendTimeout().toNanos();
  }

  /** Runs a check of limits again and again, until that is cancelled. */
  Future<?> onEachTick(EventExecutor executor, Runnable check) {
    var tick = tickMillis();
    return executor.scheduleAtFixedRate(check, tick, tick, TimeUnit.MILLISECONDS);
  }

  /** A quarter of the shortest limit, so that none is exceeded by more. */
  private long tickMillis() {
    var shortest =
        Stream.of(
                properties.headTimeout(),
                properties.bodyTimeout(),
                properties.sendTimeout(),
                properties.idleTimeout())
            .min(Duration::compareTo)
            .orElseThrow();
    return Math.clamp(shortest.toMillis() / 4, 20, 2000);
  }

  Peer peer(SocketAddress remote) {
    if (remote instanceof InetSocketAddress address && address.getAddress() != null) {
      return new Peer(
          address.getAddress().getHostAddress(), proxies.contains(address.getAddress()));
    }
    return new Peer("unknown", false);
  }

  /**
   * The address that a connection counts for; null when it comes by a trusted proxy, which carries
   * many clients, or from this machine.
   */
  @Nullable String stranger(SocketAddress remote) {
    var peer = peer(remote);
    var isLocal =
        remote instanceof InetSocketAddress address
            && address.getAddress() != null
            && address.getAddress().isLoopbackAddress();
    return peer.trusted() || isLocal ? null : peer.ip();
  }

  /**
   * The refusal in the form that the request asks for; the connection closes after it.
   *
   * @param request null when there was none yet
   * @param secure whether the client came by HTTPS
   */
  FullHttpResponse answer(ErrorCode code, @Nullable HttpRequest request, boolean secure) {
    var asked = request == null ? EmptyHttpHeaders.INSTANCE : request.headers();
    var form = ErrorForm.of(path(request), asked.get(HttpHeaderNames.ACCEPT));
    var requestId = RequestId.keepOrCreate(asked.get(RequestId.HEADER));
    var body = form.body(json, ApiException.of(code), requestId);
    var response = closing(HttpResponseStatus.valueOf(code.status()), body, secure);
    var headers = response.headers();
    headers
        .set(HttpHeaderNames.CONTENT_TYPE, form.contentType())
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(RequestId.HEADER, requestId);
    form.headers().forEach(headers::set);
    var _ = cors.allow(asked, headers);
    if (code == ErrorCode.RATE_LIMITED || code == ErrorCode.SERVICE_UNAVAILABLE) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    }
    if (code == ErrorCode.METHOD_NOT_ALLOWED) {
      headers.set(HttpHeaderNames.ALLOW, "DELETE, GET, HEAD, OPTIONS, POST, PUT");
    }
    return response;
  }

  private static String path(@Nullable HttpRequest request) {
    var uri = request == null ? "" : request.uri();
    var question = uri.indexOf('?');
    return question < 0 ? uri : uri.substring(0, question);
  }

  /** A 400 without a body: what cannot be parsed gets no more. */
  static FullHttpResponse bare(boolean secure) {
    return closing(HttpResponseStatus.BAD_REQUEST, new byte[0], secure);
  }

  private static FullHttpResponse closing(HttpResponseStatus status, byte[] body, boolean secure) {
    var response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
        .set(HttpHeaderNames.DATE, HttpDate.now());
    SecurityHeaders.set(response.headers(), secure);
    return response;
  }

  /** A connection or a stream was ended because its client does not take its answer. */
  void countUnread(String reason) {
    meters.counter("gateway.edge.unread", "reason", reason).increment();
  }

  /**
   * An HTTP/2 connection was ended for what its client did.
   *
   * @param error its name in RFC 9113 section 7
   */
  void countConnectionError(String error) {
    meters.counter("gateway.edge.http2.ended", "error", error).increment();
  }

  void count(@Nullable ErrorCode code) {
    meters
        .counter("gateway.edge.refused", "code", code == null ? "UNPARSABLE" : code.name())
        .increment();
  }
}
