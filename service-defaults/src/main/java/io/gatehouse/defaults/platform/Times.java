package io.gatehouse.defaults.platform;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** Times as the contract writes them: RFC 3339 in UTC with microseconds. */
public final class Times {
  private static final DateTimeFormatter MICROSECONDS =
      new DateTimeFormatterBuilder().appendInstant(6).toFormatter(Locale.ROOT);

  private Times() {}

  /** With six digits of a second always, so that times compare as text too. */
  public static String text(Instant time) {
    return MICROSECONDS.format(time);
  }
}
