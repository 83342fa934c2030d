package io.gatehouse.gateway.edge;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The Date header's value (RFC 9110 section 6.6.1), made once a second. */
final class HttpDate {
  /** RFC 9110 section 5.6.7. The JDK's own RFC 1123 form writes days below 10 with one digit. */
  private static final DateTimeFormatter IMF_FIXDATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  private static volatile HttpDate latest = new HttpDate(0);

  private final long second;
  private final String text;

  private HttpDate(long second) {
    this.second = second;
    this.text = IMF_FIXDATE.format(Instant.ofEpochSecond(second));
  }

  static String now() {
    var second = System.currentTimeMillis() / 1000;
    var known = latest;
    if (known.second != second) {
      known = new HttpDate(second);
      latest = known;
    }
    return known.text;
  }
}
