package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.RequestId;
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
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What every connection's {@link EdgeHandler} goes by. */
@Component
class EdgeRules {
  private final EdgeProperties properties;
  private final TrustedProxies proxies;
  private final Origins origins;
  private final BufferBudget budget;
  private final JsonMapper json;
  private final MeterRegistry meters;
  private final Cors cors;

  EdgeRules(
      EdgeProperties properties,
      TrustedProxies proxies,
      Origins origins,
      BufferBudget budget,
      JsonMapper json,
      MeterRegistry meters,
      Cors cors) {
    this.properties = properties;
    this.proxies = proxies;
    this.origins = origins;
    this.budget = budget;
    this.json = json;
    this.meters = meters;
    this.cors = cors;
  }

  EdgeProperties properties() {
    return properties;
  }

  ClientBuffers newBuffers(Channel channel) {
    return new ClientBuffers(this, budget, channel);
  }

  /** Whose share of the buffers a request uses: the address that its limit counts. */
  String caller(Peer peer, @Nullable HttpHeaders headers) {
    return headers == null || !peer.trusted() ? peer.ip() : origins.of(peer, false, headers).ip();
  }

  long maxBody() {
    return properties.maxBody().toBytes();
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

  /** A quarter of the shortest limit, so that none is exceeded by more. */
  long tickMillis() {
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

  /** A connection was closed because its client does not take its answer. */
  void countUnread(String reason) {
    meters.counter("gateway.edge.unread", "reason", reason).increment();
  }

  void count(@Nullable ErrorCode code) {
    meters
        .counter("gateway.edge.refused", "code", code == null ? "UNPARSABLE" : code.name())
        .increment();
  }
}
