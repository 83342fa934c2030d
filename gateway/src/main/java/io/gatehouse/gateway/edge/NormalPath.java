package io.gatehouse.gateway.edge;

import java.util.HexFormat;

/**
 * The one form of a path (RFC 3986 section 6.2.2): encoded unreserved characters are decoded, the
 * hexadecimal digits of all other escapes are upper case. Whoever looks at a path behind the edge
 * sees this form and no other, so a rule that holds for one spelling holds for each.
 */
final class NormalPath {
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  private NormalPath() {}

  /**
   * The request target with its path in that form; its query stays as it is.
   *
   * @param target one that {@link RequestRules#isTarget} accepts
   * @return the same object when its path has no escape
   */
  static String of(String target) {
    var escape = target.indexOf('%');
    if (escape < 0) {
      return target;
    }
    var question = target.indexOf('?');
    var end = question < 0 ? target.length() : question;
    return escape > end ? target : normalized(target, escape, end);
  }

  private static String normalized(String target, int escape, int end) {
    var normal = new StringBuilder(target.length()).append(target, 0, escape);
    for (var i = escape; i < end; i++) {
      if (target.charAt(i) != '%') {
        normal.append(target.charAt(i));
        continue;
      }
      var octet = HexFormat.fromHexDigits(target, i + 1, i + 3);
      if (isUnreserved(octet)) {
        normal.append((char) octet);
      } else {
        normal.append('%').append(UPPER.toHexDigits((byte) octet));
      }
      i += 2;
    }
    return normal.append(target, end, target.length()).toString();
  }

  private static boolean isUnreserved(int octet) {
    return (octet >= 'a' && octet <= 'z')
        || (octet >= 'A' && octet <= 'Z')
        || (octet >= '0' && octet <= '9')
        || octet == '-'
        || octet == '.'
        || octet == '_'
        || octet == '~';
  }
}
