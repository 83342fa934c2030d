package io.gatehouse.gateway.edge;

import io.gatehouse.defaults.web.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What a well-formed request looks like to this gateway. A path that two servers could read in two
 * ways is refused: encoded slashes, dot segments, {@code ;} parameters, NUL, broken escapes.
 */
final class RequestRules {
  private static final BitSet PATH = characters("/-._~!$&'()*+,=:@");
  private static final BitSet QUERY = characters("/-._~!$&'()*+,=:@;?[]");
  private static final BitSet NAME = characters("-._");
  private static final BitSet IP_LITERAL = characters(".:");
  private static final int MAX_PORT_DIGITS = 6;

  private RequestRules() {}

  /** The reason to refuse it, or null when it is well-formed. */
  static @Nullable ErrorCode broken(HttpRequest request, long maxBody) {
    var method = request.method();
    if (method.equals(HttpMethod.TRACE) || method.equals(HttpMethod.CONNECT)) {
      return ErrorCode.METHOD_NOT_ALLOWED;
    }
    if (!isTarget(request.uri()) || !hasOneHost(request)) {
      return ErrorCode.MALFORMED_REQUEST;
    }
    var length = request.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    return length != null && (length.length() > 18 || Long.parseLong(length) > maxBody)
        ? ErrorCode.PAYLOAD_TOO_LARGE
        : null;
  }

  /**
   * HTTP/1.0 or 1.1, and a body, if any, that every server would end at the same byte: chunked and
   * nothing but chunked, or by its length.
   */
  static boolean isPlainHttp1(HttpRequest request) {
    var version = request.protocolVersion();
    if (!HttpVersion.HTTP_1_1.equals(version) && !HttpVersion.HTTP_1_0.equals(version)) {
      return false;
    }
    var codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return codings.isEmpty()
        || (codings.size() == 1
            && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.getFirst()));
  }

  /** RFC 9112 section 3.2: exactly one Host, though HTTP/1.0 may have none. */
  static boolean hasOneHost(HttpRequest request) {
    var host = request.headers().get(HttpHeaderNames.HOST);
    if (host == null) {
      return HttpVersion.HTTP_1_0.equals(request.protocolVersion());
    }
    return request.headers().getAll(HttpHeaderNames.HOST).size() == 1 && isHost(host);
  }

  /** RFC 9110 section 7.2: a name or an address, perhaps with a port. */
  static boolean isHost(String host) {
    var colon = host.lastIndexOf(':');
    var end = colon > host.lastIndexOf(']') ? colon : host.length();
    return end > 0
        && host.indexOf('%') < 0
        && isName(host, end)
        && host.length() - end <= MAX_PORT_DIGITS
        && host.chars().skip(end + 1L).allMatch(digit -> digit >= '0' && digit <= '9');
  }

  private static boolean isName(String host, int end) {
    return host.charAt(0) == '['
        ? host.charAt(end - 1) == ']' && consistsOf(IP_LITERAL, host, 1, end - 1)
        : consistsOf(NAME, host, 0, end);
  }

  static boolean isTarget(String uri) {
    if (uri.isEmpty() || uri.charAt(0) != '/') {
      return false;
    }
    var question = uri.indexOf('?');
    var end = question < 0 ? uri.length() : question;
    return isPath(uri, end)
        && isText(uri, 0, end)
        && (question < 0
            || (consistsOf(QUERY, uri, end, uri.length()) && isText(uri, end, uri.length())));
  }

  private static boolean isPath(String uri, int end) {
    var segment = 1;
    for (var i = 1; i <= end; i++) {
      if (i == end || uri.charAt(i) == '/') {
        if (isDots(uri, segment, i)) {
          return false;
        }
        segment = i + 1;
      } else if (uri.charAt(i) == '%') {
        var octet = octet(uri, i, end);
        if (octet <= 0 || octet == '/' || octet == '\\' || octet == ';' || octet == '%') {
          return false;
        }
      } else if (!isIn(PATH, uri.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** "." or "..", in any mix of plain and encoded. */
  private static boolean isDots(String uri, int from, int to) {
    var dots = 0;
    for (var i = from; i < to; dots++) {
      if (uri.charAt(i) == '.') {
        i++;
      } else if (uri.charAt(i) == '%' && octet(uri, i, to) == '.') {
        i += 3;
      } else {
        return false;
      }
    }
    return dots == 1 || dots == 2;
  }

  /** True when the percent-encoded octets are UTF-8 without NUL. */
  private static boolean isText(String uri, int from, int to) {
    if (uri.indexOf('%', from) < 0) {
      return true;
    }
    var octets = ByteBuffer.allocate(to - from);
    for (var i = from; i < to; ) {
      var octet = uri.charAt(i) == '%' ? octet(uri, i, to) : uri.charAt(i);
      if (octet <= 0) {
        return false;
      }
      i += uri.charAt(i) == '%' ? 3 : 1;
      octets.put((byte) octet);
    }
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(octets.flip());
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }

  /** The octet of the escape at {@code at}, or -1 when it is none. */
  private static int octet(String uri, int at, int end) {
    if (at + 2 >= end) {
      return -1;
    }
    var high = Character.digit(uri.charAt(at + 1), 16);
    var low = Character.digit(uri.charAt(at + 2), 16);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }

  private static boolean consistsOf(BitSet allowed, String text, int from, int to) {
    for (var i = from; i < to; i++) {
      if (!isIn(allowed, text.charAt(i)) && text.charAt(i) != '%') {
        return false;
      }
    }
    return true;
  }

  private static boolean isIn(BitSet allowed, char character) {
    return character < 128 && allowed.get(character);
  }

  private static BitSet characters(String others) {
    var set = new BitSet(128);
    set.set('a', 'z' + 1);
    set.set('A', 'Z' + 1);
    set.set('0', '9' + 1);
    others.chars().forEach(set::set);
    return set;
  }
}
