package io.gatehouse.local;

import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request that somebody means ill by, as text in which each character is a byte.
 *
 * @param expected with what it may be answered
 * @param head the request line and the header fields; all of it when there is no {@code body}
 * @param body null when the head is the whole request, right or wrong
 */
record HostileInput(String name, Expected expected, String head, @Nullable String body) {

  /**
   * The statuses of a right answer, or any below 500.
   *
   * @param closed whether a connection closed without an answer is right, too
   */
  record Expected(Set<Integer> statuses, boolean closed) {
    static final Expected BELOW_500 = new Expected(Set.of(), false);

    /** What is no HTTP may get a bare 400, or nothing. */
    static final Expected REFUSED =
        new Expected(Set.of(400, 404, 405, 408, 411, 413, 414, 431), true);

    static Expected of(Integer... statuses) {
      return new Expected(Set.of(statuses), false);
    }

    boolean isMetBy(int status) {
      if (status == 0) {
        return closed;
      }
      return statuses.isEmpty() ? status >= 100 && status < 500 : statuses.contains(status);
    }
  }

  static HostileInput anonymous(
      String name, Expected expected, String method, String target, String... headers) {
    var fields = String.join("\r\n", headers);
    var close = fields.contains("Connection:") ? "" : "Connection: close\r\n";
    var head = method + " " + target + " HTTP/1.1\r\nHost: ${host}\r\n" + close;
    return new HostileInput(name, expected, fields.isEmpty() ? head : head + fields + "\r\n", "");
  }

  static HostileInput signedIn(
      String name, Expected expected, String method, String target, String... headers) {
    var input = anonymous(name, expected, method, target, headers);
    return new HostileInput(
        name, expected, input.head() + "Authorization: Bearer ${token}\r\n", "");
  }

  /** Bytes as they are; no blank line is added. */
  static HostileInput raw(String name, Expected expected, String bytes) {
    return new HostileInput(name, expected, bytes, null);
  }

  HostileInput with(String content) {
    return new HostileInput(name, expected, head, content);
  }

  boolean isSignedIn() {
    return head.contains("${token}") || head.contains("${unsigned}");
  }

  /**
   * The bytes to send.
   *
   * @param values of the placeholders, such as {@code token} for <code>${token}</code>
   * @param more header fields, each with its end of line
   */
  String request(Map<String, String> values, String more) {
    if (body == null) {
      return filled(head, values);
    }
    var content = filled(body, values);
    var length = content.isEmpty() ? "" : "Content-Length: " + content.length() + "\r\n";
    return filled(head, values) + more + length + "\r\n" + content;
  }

  private static String filled(String text, Map<String, String> values) {
    var filled = text;
    for (var value : values.entrySet()) {
      filled = filled.replace("${" + value.getKey() + "}", value.getValue());
    }
    return filled;
  }

  @Override
  public String toString() {
    return name;
  }
}
