package io.gatehouse.store;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as the contract writes them: RFC 3339 in UTC with microseconds. */
public final class Times {
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Times() {}

  /** With six digits of a second always, so that times compare as text too. */
  public static String text(Instant time) {
    return MICROSECONDS.format(time);
  }
}
