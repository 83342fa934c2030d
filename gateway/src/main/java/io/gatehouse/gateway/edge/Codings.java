package io.gatehouse.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import io.netty.util.AttributeKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Content codings (RFC 9110 section 8.4): gzip, which every client reads that reads any, or none.
 *
 * <p>A compressed answer is another representation, so its strong entity tag is another one
 * (section 8.8.3.3): {@code "3"} becomes {@code "3-gzip"}. Tags that come back with requests lose
 * the ending before anybody compares them.
 */
final class Codings {
  private static final int COMPRESSED_FROM = 1024;
  private static final String ENDING = "-gzip\"";

  /** Set while a request is answered whose {@code If-None-Match} names a compressed answer. */
  private static final AttributeKey<Boolean> KNOWS_COMPRESSED =
      AttributeKey.valueOf(Codings.class, "knowsCompressed");

  private Codings() {}

  /** Leaves {@code gzip} of what the client accepts, when it does, and nothing else. */
  static void settle(HttpHeaders request) {
    var accepted = request.get(HttpHeaderNames.ACCEPT_ENCODING);
    if (accepted == null || accepted.equals("gzip")) {
      return;
    }
    if (acceptsGzip(String.join(",", request.getAll(HttpHeaderNames.ACCEPT_ENCODING)))) {
      request.set(HttpHeaderNames.ACCEPT_ENCODING, HttpHeaderValues.GZIP);
    } else {
      request.remove(HttpHeaderNames.ACCEPT_ENCODING);
    }
  }

  /** RFC 9110 section 12.5.3; the star stands for what is not named. */
  private static boolean acceptsGzip(String accepted) {
    var named = false;
    var star = false;
    for (var element : accepted.split(",", -1)) {
      var semicolon = element.indexOf(';');
      var coding = (semicolon < 0 ? element : element.substring(0, semicolon)).strip();
      var wanted = semicolon < 0 || !isZero(element.substring(semicolon + 1));
      if (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip")) {
        if (wanted) {
          return true;
        }
        named = true;
      } else if (coding.equals("*")) {
        star = wanted;
      }
    }
    return star && !named;
  }

  private static boolean isZero(String weight) {
    var value = weight.strip().toLowerCase(Locale.ROOT).replace(" ", "");
    return value.matches("q=0(\\.0{0,3})?");
  }

  /** Gives the services' own tags back to them. */
  static void restoreTags(HttpServerRequest request) {
    var headers = request.requestHeaders();
    restore(headers, HttpHeaderNames.IF_MATCH);
    var knowsCompressed = restore(headers, HttpHeaderNames.IF_NONE_MATCH);
    var channel = ((Connection) request).channel();
    if (knowsCompressed || channel.hasAttr(KNOWS_COMPRESSED)) {
      channel.attr(KNOWS_COMPRESSED).set(knowsCompressed);
    }
  }

  private static boolean restore(HttpHeaders headers, AsciiString name) {
    var value = headers.get(name);
    if (value == null) {
      return false;
    }
    var all = String.join(", ", headers.getAll(name));
    if (!all.contains(ENDING)) {
      return false;
    }
    headers.set(name, all.replace(ENDING, "\""));
    return true;
  }

  /** A 304 names the representation that the client has (RFC 9110 section 15.4.5). */
  static void nameKnown(HttpResponse response, Channel channel) {
    if (response.status().equals(HttpResponseStatus.NOT_MODIFIED)
        && channel.hasAttr(KNOWS_COMPRESSED)
        && channel.attr(KNOWS_COMPRESSED).get()) {
      markTag(response.headers());
    }
  }

  /** For text over 1 KiB that is not a stream; says so in the head, to HEAD as well. */
  static boolean compress(HttpServerRequest request, HttpServerResponse response) {
    var headers = response.responseHeaders();
    if (response.status().equals(HttpResponseStatus.NOT_MODIFIED)
        || !request.requestHeaders().contains(HttpHeaderNames.ACCEPT_ENCODING)
        || headers.contains(HttpHeaderNames.CONTENT_ENCODING)
        || !isText(headers.get(HttpHeaderNames.CONTENT_TYPE))) {
      return false;
    }
    var length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    var head = HttpMethod.HEAD.equals(request.method());
    if (length == null
        ? head
        : length.length() < 5 && Integer.parseInt(length) <= COMPRESSED_FROM) {
      return false;
    }
    markTag(headers);
    if (head) {
      // What GET would say; its length is known only to whoever compresses.
      headers
          .set(HttpHeaderNames.CONTENT_ENCODING, HttpHeaderValues.GZIP)
          .remove(HttpHeaderNames.CONTENT_LENGTH);
      return false;
    }
    return true;
  }

  private static void markTag(HttpHeaders headers) {
    var tag = headers.get(HttpHeaderNames.ETAG);
    if (tag != null && tag.startsWith("\"") && tag.endsWith("\"") && !tag.endsWith(ENDING)) {
      headers.set(HttpHeaderNames.ETAG, tag.substring(0, tag.length() - 1) + ENDING);
    }
  }

  private static boolean isText(@Nullable String type) {
    return type != null
        && (type.startsWith("application/json")
            || type.startsWith("application/graphql-response+json")
            || type.startsWith("application/javascript")
            || type.startsWith("image/svg+xml")
            || (type.startsWith("text/") && !type.startsWith("text/event-stream")));
  }
}
