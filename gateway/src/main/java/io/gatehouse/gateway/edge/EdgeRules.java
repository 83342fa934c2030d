package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.ApiException;
import io.gatehouse.defaults.ErrorBody;
import io.gatehouse.defaults.ErrorCode;
import io.gatehouse.defaults.RequestId;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
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
  private final JsonMapper json;
  private final MeterRegistry meters;

  EdgeRules(
      EdgeProperties properties, TrustedProxies proxies, JsonMapper json, MeterRegistry meters) {
    this.properties = properties;
    this.proxies = proxies;
    this.json = json;
    this.meters = meters;
  }

  EdgeProperties properties() {
    return properties;
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

  /** A quarter of the shortest limit, so that none is exceeded by more. */
  long tickMillis() {
    var shortest =
        Stream.of(properties.headTimeout(), properties.bodyTimeout(), properties.idleTimeout())
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
   * The refusal with the contract's body; the connection closes after it.
   *
   * @param secure whether the client came by HTTPS
   */
  FullHttpResponse answer(ErrorCode code, @Nullable String givenRequestId, boolean secure) {
    var requestId = RequestId.keepOrCreate(givenRequestId);
    var body = json.writeValueAsBytes(ErrorBody.of(ApiException.of(code), requestId));
    var response = closing(HttpResponseStatus.valueOf(code.status()), body, secure);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.APPLICATION_JSON)
        .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
        .set(RequestId.HEADER, requestId);
    if (code == ErrorCode.METHOD_NOT_ALLOWED) {
      response.headers().set(HttpHeaderNames.ALLOW, "DELETE, GET, HEAD, OPTIONS, POST, PUT");
    }
    return response;
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
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    SecurityHeaders.set(response.headers(), secure);
    return response;
  }

  void count(@Nullable ErrorCode code) {
    meters
        .counter("gateway.edge.refused", "code", code == null ? "UNPARSABLE" : code.name())
        .increment();
  }
}
