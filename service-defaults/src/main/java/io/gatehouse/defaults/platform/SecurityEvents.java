package io.gatehouse.defaults.platform;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The security log: one line per event under the logger {@code security}, always with the fields
 * {@code event, outcome, subject, client, ip, requestId}. Secrets and tokens never go in, and no
 * value can forge another field.
 */
public final class SecurityEvents {
  private static final Logger log = LoggerFactory.getLogger("security");
  private static final int MAX_CHARS = 300;

  private SecurityEvents() {}

  /** What came of it. */
  public enum Outcome {
    ALLOWED,
    REFUSED
  }

  /**
   * Whom it is about, who did it in most cases; by which client, and from where. Parts that are not
   * known are null. Who changed somebody else's account is in the access log by the request id.
   */
  public record Actor(
      @Nullable String subject,
      @Nullable String client,
      @Nullable String ip,
      @Nullable String requestId) {}

  /**
   * Writes one event.
   *
   * @param event a stable name in kebab case, such as {@code sign-in} or {@code token-refused}
   */
  public static void record(String event, Outcome outcome, Actor actor) {
    var subject = field(actor.subject());
    var client = field(actor.client());
    var ip = field(actor.ip());
    var requestId = field(actor.requestId());
    log.atInfo()
        .addKeyValue("event", event)
        .addKeyValue("outcome", outcome)
        .addKeyValue("subject", subject)
        .addKeyValue("client", client)
        .addKeyValue("ip", ip)
        .addKeyValue("requestId", requestId)
        .log(
            "{} {} subject={} client={} ip={} requestId={}",
            event,
            outcome,
            known(subject),
            known(client),
            known(ip),
            known(requestId));
  }

  /** The message has the fields too, because text lines have nothing else. */
  private static String known(@Nullable String value) {
    return value == null ? "-" : value;
  }

  /**
   * The value so that it cannot be read as a further field or line: what is not a visible ASCII
   * character, or is {@code =}, a quote or a backslash, is written as its UTF-16 code units.
   */
  static @Nullable String field(@Nullable String value) {
    if (value == null || isPlain(value)) {
      return value;
    }
    var escaped = new StringBuilder();
    for (var i = 0; i < value.length() && i < MAX_CHARS; i++) {
      var character = value.charAt(i);
      if (isPlain(character)) {
        escaped.append(character);
      } else {
        escaped.append("\\u").append(HexFormat.of().toHexDigits(character));
      }
    }
    return escaped.toString();
  }

  private static boolean isPlain(String value) {
    return value.length() <= MAX_CHARS
        && value.chars().allMatch(character -> isPlain((char) character));
  }

  private static boolean isPlain(char character) {
    return character > ' '
        && character < 0x7f
        && character != '='
        && character != '"'
        && character != '\\';
  }
}
