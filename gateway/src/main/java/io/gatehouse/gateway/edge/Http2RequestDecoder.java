package io.gatehouse.gateway.edge;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.HttpConversionUtil;
import io.netty.handler.codec.http2.HttpConversionUtil.ExtensionHeaderNames;

/**
 * Makes a request of a stream's first head, or resets the stream (RFC 9113 section 8.3.1).
 *
 * <p>Netty's own translation, which takes all other frames, would do it too, but takes a buffer for
 * each body that is not there and never gives back that of a head that lacks its path.
 */
@ChannelHandler.Sharable
final class Http2RequestDecoder extends ChannelInboundHandlerAdapter {
  static final String NAME = "gatehouse.http2.decoder";
  static final Http2RequestDecoder INSTANCE = new Http2RequestDecoder();

  private Http2RequestDecoder() {}

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (!(message instanceof Http2HeadersFrame frame) || isTrailers(frame.headers())) {
      context.fireChannelRead(message);
      return;
    }
    HttpRequest request;
    try {
      request = decoded(frame);
    } catch (Http2Exception | IllegalArgumentException malformed) {
      context.fireExceptionCaught(
          Http2Exception.streamError(
              frame.stream().id(), Http2Error.PROTOCOL_ERROR, malformed, "malformed request"));
      return;
    }
    context.fireChannelRead(request);
    if (frame.isEndStream()) {
      context.fireChannelRead(LastHttpContent.EMPTY_LAST_CONTENT);
    }
  }

  private static boolean isTrailers(Http2Headers headers) {
    return headers.method() == null && headers.path() == null && headers.status() == null;
  }

  private static HttpRequest decoded(Http2HeadersFrame frame) throws Http2Exception {
    var head = frame.headers();
    if (!isRequest(head)) {
      throw new IllegalArgumentException("a pseudo-header is missing");
    }
    var request = HttpConversionUtil.toHttpRequest(frame.stream().id(), head, true);
    var headers = request.headers();
    headers.remove(ExtensionHeaderNames.STREAM_ID.text());
    headers.remove(ExtensionHeaderNames.SCHEME.text());
    if (!frame.isEndStream() && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    return request;
  }

  private static boolean isRequest(Http2Headers head) {
    var method = head.method();
    if (method == null || head.status() != null) {
      return false;
    }
    return HttpMethod.CONNECT.asciiName().contentEquals(method)
        ? head.authority() != null
        : head.scheme() != null && head.path() != null && !head.path().isEmpty();
  }
}
