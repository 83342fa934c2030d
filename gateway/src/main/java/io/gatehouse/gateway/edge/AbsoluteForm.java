package io.gatehouse.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;

/**
 * A request target with scheme and host, as clients send it that take the gateway for a proxy.
 * Every server has to take it, and has to believe it rather than the Host field (RFC 9112 section
 * 3.2.2): it becomes a path and that field, before anything looks at either.
 */
final class AbsoluteForm {
  private AbsoluteForm() {}

  /**
   * Rewrites the request when its target is of that form and of the connection's scheme, and leaves
   * any other, and what is no target at all, to the rules.
   *
   * @param secure whether the connection is TLS
   */
  static void settle(HttpRequest request, boolean secure) {
    var target = request.uri();
    var scheme = secure ? "https://" : "http://";
    if (target.startsWith("/")
        || !target.regionMatches(true, 0, scheme, 0, scheme.length())
        || !RequestRules.hasOneHost(request)) {
      return;
    }
    var end = endOfHost(target, scheme.length());
    var host = target.substring(scheme.length(), end);
    if (!host.isEmpty() && RequestRules.isHost(host)) {
      var path = target.substring(end);
      request.setUri(path.startsWith("/") ? path : "/" + path);
      request.headers().set(HttpHeaderNames.HOST, host);
    }
  }

  private static int endOfHost(String target, int from) {
    for (var i = from; i < target.length(); i++) {
      if (target.charAt(i) == '/' || target.charAt(i) == '?') {
        return i;
      }
    }
    return target.length();
  }
}
