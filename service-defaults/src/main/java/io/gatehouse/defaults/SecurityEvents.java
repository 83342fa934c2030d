package io.gatehouse.defaults;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The security log: one line per event under the logger {@code security}, always with the fields
 * {@code event, outcome, subject, client, ip, requestId}. Secrets and tokens never go in.
 */
public final class SecurityEvents {
  private static final Logger log = LoggerFactory.getLogger("security");

  private SecurityEvents() {}

  /** What came of it. */
  public enum Outcome {
    ALLOWED,
    REFUSED
  }

  /** Who did it, from where; parts that are not known are null. */
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
    log.atInfo()
        .addKeyValue("event", event)
        .addKeyValue("outcome", outcome)
        .addKeyValue("subject", actor.subject())
        .addKeyValue("client", actor.client())
        .addKeyValue("ip", actor.ip())
        .addKeyValue("requestId", actor.requestId())
        .log(
            "{} {} subject={} client={} ip={} requestId={}",
            event,
            outcome,
            known(actor.subject()),
            known(actor.client()),
            known(actor.ip()),
            known(actor.requestId()));
  }

  /** The message has the fields too, because text lines have nothing else. */
  private static String known(@Nullable String value) {
    return value == null ? "-" : value;
  }
}
