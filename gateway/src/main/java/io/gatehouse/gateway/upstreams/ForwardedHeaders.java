package io.gatehouse.gateway.upstreams;

import io.gatehouse.gateway.request.EdgeExchange;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map.Entry;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * Which headers pass the gateway. Hop-by-hop headers (RFC 9110 section 7.6.1) and everything that a
 * client could use to speak in the gateway's name stay behind; what the gateway verified is added.
 */
final class ForwardedHeaders {
  private static final AsciiString X_REQUEST_ID = AsciiString.cached("x-request-id");
  private static final AsciiString X_FORWARDED_FOR = AsciiString.cached("x-forwarded-for");
  private static final AsciiString X_FORWARDED_PROTO = AsciiString.cached("x-forwarded-proto");
  private static final AsciiString X_FORWARDED_HOST = AsciiString.cached("x-forwarded-host");
  private static final AsciiString X_FORWARDED_PORT = AsciiString.cached("x-forwarded-port");

  /** They speak of one connection. Header names as keys; the values mean nothing. */
  private static final HttpHeaders OF_ONE_HOP =
      names(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings",
          "expect",
          "host",
          "content-length");

  /** By them a client could speak in the gateway's name, besides X-Forwarded-* and X-User-*. */
  private static final HttpHeaders OF_THE_GATEWAY =
      names(
          "forwarded",
          "x-request-id",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "true-client-ip",
          "x-original-url",
          "x-original-uri",
          "x-rewrite-url",
          "x-http-method-override",
          "x-http-method",
          "x-method-override");

  private static final HttpHeaders NOT_ANSWERED =
      names(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-request-id",
          "ratelimit",
          "ratelimit-policy",
          "strict-transport-security",
          "server");

  /** What says how to read, route or keep a message comes too late behind it (RFC 9110 6.5.1). */
  private static final HttpHeaders NO_TRAILERS =
      names(
          "age",
          "authorization",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-range",
          "content-type",
          "date",
          "expires",
          "location",
          "retry-after",
          "set-cookie",
          "vary",
          "warning",
          "www-authenticate");

  /** The same of a request, besides what says who asks and under which conditions. */
  private static final HttpHeaders NO_REQUEST_TRAILERS =
      names(
          "cache-control",
          "content-encoding",
          "content-range",
          "content-type",
          "authorization",
          "cookie",
          "max-forwards",
          "pragma",
          "range");

  /** The gateway has set these already; a service's own wish replaces it. */
  private static final HttpHeaders REPLACED =
      names("x-content-type-options", "x-frame-options", "referrer-policy");

  private ForwardedHeaders() {}

  static HttpHeaders request(ServerWebExchange exchange, EdgeExchange edge) {
    var to = DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    var from = edge.headersOf(exchange);
    var named = connectionNames(from);
    for (var entries = from.iteratorCharSequence(); entries.hasNext(); ) {
      var entry = entries.next();
      if (passes(entry.getKey(), named)) {
        to.add(entry.getKey(), entry.getValue());
      }
    }
    verified(edge, to::set);
    return to;
  }

  /** What the gateway says of a request, in place of what its client said. */
  static void verified(EdgeExchange edge, BiConsumer<CharSequence, String> to) {
    to.accept(X_REQUEST_ID, edge.requestId());
    to.accept(X_FORWARDED_FOR, edge.origin().chain());
    to.accept(X_FORWARDED_PROTO, edge.origin().scheme());
    to.accept(X_FORWARDED_HOST, edge.origin().host());
    to.accept(X_FORWARDED_PORT, edge.origin().port());
  }

  static void response(HttpHeaders from, HttpHeaders to) {
    var named = connectionNames(from);
    for (var entries = from.iteratorCharSequence(); entries.hasNext(); ) {
      Entry<CharSequence, CharSequence> entry = entries.next();
      var name = entry.getKey();
      if (isNotAnswered(name) || isNamed(name, named)) {
        continue;
      }
      if (isReplaced(name)) {
        to.set(name, entry.getValue());
      } else {
        to.add(name, entry.getValue());
      }
    }
  }

  static void trailers(HttpHeaders from, HttpHeaders to) {
    for (var entries = from.iteratorCharSequence(); entries.hasNext(); ) {
      var entry = entries.next();
      if (!NOT_ANSWERED.contains(entry.getKey()) && !NO_TRAILERS.contains(entry.getKey())) {
        to.add(entry.getKey(), entry.getValue());
      }
    }
  }

  /**
   * What may follow a request's body.
   *
   * @param head of the same request, whose Connection may name some
   */
  static void requestTrailers(HttpHeaders from, HttpHeaders head, HttpHeaders to) {
    var named = connectionNames(head);
    for (var entries = from.iteratorCharSequence(); entries.hasNext(); ) {
      var entry = entries.next();
      var name = entry.getKey();
      if (passes(name, named) && !NO_REQUEST_TRAILERS.contains(name) && !startsWith(name, "if-")) {
        to.add(name, entry.getValue());
      }
    }
  }

  private static boolean passes(CharSequence name, @Nullable List<String> named) {
    return !OF_ONE_HOP.contains(name) && !isTheGateways(name) && !isNamed(name, named);
  }

  /** True for a name under which only the gateway may tell a service something. */
  static boolean isTheGateways(CharSequence name) {
    if (OF_THE_GATEWAY.contains(name)) {
      return true;
    }
    var first = name.charAt(0);
    return (first == 'x' || first == 'X')
        && (startsWith(name, "x-forwarded-") || startsWith(name, "x-user-"));
  }

  /** True for what a service's answer may not say to a client. */
  static boolean isNotAnswered(CharSequence name) {
    return NOT_ANSWERED.contains(name) || startsWith(name, "access-control-");
  }

  /** True where a service's own wish replaces what the gateway has set. */
  static boolean isReplaced(CharSequence name) {
    return REPLACED.contains(name);
  }

  /** What Connection names beyond keep-alive and close; null in the ordinary case. */
  private static @Nullable List<String> connectionNames(HttpHeaders headers) {
    var value = headers.get(HttpHeaderNames.CONNECTION);
    if (value == null) {
      return null;
    }
    var values = headers.getAll(HttpHeaderNames.CONNECTION);
    if (values.size() == 1
        && (HttpHeaderValues.KEEP_ALIVE.contentEqualsIgnoreCase(value)
            || HttpHeaderValues.CLOSE.contentEqualsIgnoreCase(value))) {
      return null;
    }
    return values.stream()
        .flatMap(list -> List.of(list.split(",", -1)).stream())
        .map(String::strip)
        .toList();
  }

  private static boolean isNamed(CharSequence name, @Nullable List<String> named) {
    return named != null
        && named.stream().anyMatch(other -> AsciiString.contentEqualsIgnoreCase(name, other));
  }

  private static boolean startsWith(CharSequence name, String prefix) {
    return AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length());
  }

  private static HttpHeaders names(String... names) {
    var set = DefaultHttpHeadersFactory.headersFactory().newHeaders();
    for (var name : names) {
      set.set(name, "");
    }
    return set;
  }
}
