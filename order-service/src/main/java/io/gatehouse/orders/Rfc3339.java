package io.gatehouse.orders;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Times of RFC 3339 section 5.6: years of four digits, {@code T} and {@code Z} in either case,
 * offsets up to 23:59, fractions of any length, of which microseconds count, and leap seconds,
 * which are the second after them, as PostgreSQL has it.
 */
final class Rfc3339 {
  private static final Pattern FORM =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([0-9]{2}:[0-9]{2}):([0-9]{2})"
              + "(?:\\.([0-9]{1,100}))?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))");
  private static final int LEAP = 60;

  private Rfc3339() {}

  /** The time that this text means, in microseconds; null when it means none. */
  static @Nullable Instant parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    var second = Integer.parseInt(form.group(3));
    var offset = form.group(5) == null ? 0 : minutes(form.group(6), form.group(7));
    if (second > LEAP || offset < 0) {
      return null;
    }
    try {
      var local = LocalDateTime.parse(form.group(1) + 'T' + form.group(2) + ":00");
      var minute =
          "-".equals(form.group(5)) ? local.plusMinutes(offset) : local.minusMinutes(offset);
      if (second == LEAP && (minute.getHour() != 23 || minute.getMinute() != 59)) {
        return null;
      }
      return minute
          .plusSeconds(second)
          .plusNanos(second == LEAP ? 0 : nanos(form.group(4)))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException noSuchDay) {
      return null;
    }
  }

  /** Of an offset; negative when there is none such. */
  private static int minutes(String hour, String minute) {
    var hours = Integer.parseInt(hour);
    var minutes = Integer.parseInt(minute);
    return hours > 23 || minutes > 59 ? -1 : hours * 60 + minutes;
  }

  private static int nanos(@Nullable String fraction) {
    return fraction == null ? 0 : Integer.parseInt((fraction + "000000").substring(0, 6)) * 1_000;
  }
}
