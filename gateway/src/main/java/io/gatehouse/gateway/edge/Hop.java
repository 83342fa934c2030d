package io.gatehouse.gateway.edge;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One hop of a request's way, as a proxy tells it: an element of {@code Forwarded} (RFC 7239) or an
 * entry of {@code X-Forwarded-For}.
 *
 * @param address whom the proxy was called by; null when it does not say, or nothing readable
 * @param scheme that was used then; null when it does not say
 * @param host that was asked for then; null when it does not say
 */
record Hop(@Nullable InetAddress address, @Nullable String scheme, @Nullable String host) {

  /** The entries of X-Forwarded-For, the client's own first. */
  static List<Hop> ofForwardedFor(List<String> values) {
    var hops = new ArrayList<Hop>();
    for (var entry : String.join(",", values).split(",", -1)) {
      if (!entry.isBlank()) {
        hops.add(new Hop(address(entry.strip()), null, null));
      }
    }
    return hops;
  }

  /** The elements of Forwarded, the client's own first. What breaks the syntax says nothing. */
  static List<Hop> ofForwarded(List<String> values) {
    var hops = new ArrayList<Hop>();
    for (var element : split(String.join(",", values), ',')) {
      if (element.isBlank()) {
        continue;
      }
      InetAddress address = null;
      String scheme = null;
      String host = null;
      for (var pair : split(element, ';')) {
        var equals = pair.indexOf('=');
        var value = equals < 0 ? "" : unquoted(pair.substring(equals + 1).strip());
        switch (pair.substring(0, Math.max(0, equals)).strip().toLowerCase(Locale.ROOT)) {
          case "for" -> address = address(value);
          case "proto" -> scheme = value;
          case "host" -> host = value;
          default -> {}
        }
      }
      hops.add(new Hop(address, scheme, host));
    }
    return hops;
  }

  /** The parts between separators that are outside of quotes. */
  private static List<String> split(String text, char separator) {
    var parts = new ArrayList<String>();
    var start = 0;
    var quoted = false;
    for (var i = 0; i < text.length(); i++) {
      var character = text.charAt(i);
      if (character == '\\' && quoted) {
        i++;
      } else if (character == '"') {
        quoted = !quoted;
      } else if (character == separator && !quoted) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static String unquoted(String value) {
    return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
        ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
        : value;
  }

  /** RFC 7239 section 6: an address, in brackets when it is IPv6 and a port follows. */
  private static @Nullable InetAddress address(String node) {
    var literal = node;
    var bracket = node.indexOf(']');
    if (node.startsWith("[") && bracket > 0) {
      literal = node.substring(1, bracket);
    } else if (node.indexOf(':') >= 0 && node.indexOf(':') == node.lastIndexOf(':')) {
      literal = node.substring(0, node.indexOf(':'));
    }
    try {
      return InetAddress.ofLiteral(literal);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
