package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ErrorCode;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AttributeKey;
import org.jspecify.annotations.Nullable;

/**
 * A client's request on its way in, over whichever version of HTTP: what the rules say of its head
 * and of each piece of its body.
 */
final class RequestIntake {
  /** Fewer in the time of a body are a client that only keeps its place. */
  private static final int PROGRESS = 16 * 1024;

  private static final AttributeKey<Body> BODY = AttributeKey.valueOf(RequestIntake.class, "body");

  private final EdgeRules rules;
  private final ClientBuffers buffers;
  private final Channel channel;
  private Body body = new Body(0);

  RequestIntake(EdgeRules rules, ClientBuffers buffers, Channel channel) {
    this.rules = rules;
    this.buffers = buffers;
    this.channel = channel;
  }

  /**
   * One request's body. Until its route is known it may be as large as any route's; what was read
   * of it by then is what came with its head.
   */
  static final class Body {
    private long limit;
    private long bytes;
    private long counted;
    private boolean streams;
    private HttpHeaders trailers = EmptyHttpHeaders.INSTANCE;

    private Body(long limit) {
      this.limit = limit;
    }

    /** What came behind it; empty until it has ended. */
    HttpHeaders trailers() {
      return trailers;
    }

    /**
     * Its route is known.
     *
     * @param most bytes that the route takes
     * @param passedOn whether it streams, so that nothing of it is held here
     * @param announced by its head; -1 when it does not say
     * @return false when it is too large
     */
    boolean allow(long most, boolean passedOn, long announced) {
      limit = most;
      streams = passedOn;
      return bytes <= most && announced <= most;
    }
  }

  /** The body of the request whose head came last. */
  static Body of(Channel channel) {
    return channel.attr(BODY).get();
  }

  /**
   * True when a body that is passed on as it comes has come on by {@value #PROGRESS} bytes: its
   * time begins anew with each of them, where any other body has its time once.
   */
  boolean cameOn() {
    if (!body.streams || body.bytes - body.counted < PROGRESS) {
      return false;
    }
    body.counted = body.bytes;
    return true;
  }

  /**
   * A request begins. When it is accepted it has the form that everything behind the edge sees.
   *
   * @return the reason to refuse it, or null
   */
  @Nullable ErrorCode head(HttpRequest request) {
    var most = rules.largestBody();
    body = new Body(most);
    channel.attr(BODY).set(body);
    buffers.asked(request.headers());
    var broken = RequestRules.broken(request, most);
    if (broken == null) {
      request.setUri(NormalPath.of(request.uri()));
      Codings.settle(request.headers());
    }
    return broken;
  }

  /**
   * A piece of its body came.
   *
   * @return the reason to refuse it, or null
   */
  @Nullable ErrorCode piece(HttpContent content) {
    if (content instanceof LastHttpContent last) {
      body.trailers = last.trailingHeaders();
    }
    var size = content.content().readableBytes();
    body.bytes += size;
    if (body.bytes > body.limit) {
      return ErrorCode.PAYLOAD_TOO_LARGE;
    }
    // A body that came in one piece costs no more than the read it came with.
    if (body.streams || size == 0 || (size == body.bytes && content instanceof LastHttpContent)) {
      return null;
    }
    return switch (buffers.takePiece(size)) {
      case TAKEN -> null;
      case CALLER_FULL -> ErrorCode.RATE_LIMITED;
      case GATEWAY_FULL -> ErrorCode.SERVICE_UNAVAILABLE;
    };
  }
}
