package io.gatehouse.defaults.web;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.server.ServerWebExchange;

/**
 * The id that ties a request's log lines, events and answer together. A client's own is kept when
 * it is 1 to 64 of {@code A-Za-z0-9._-}.
 */
public final class RequestId {
  public static final String HEADER = "X-Request-Id";

  /** Key in the exchange's attributes, the Reactor context and the logging context. */
  public static final String KEY = "requestId";

  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
  private static final HexFormat HEX = HexFormat.of();
  private static final long MAX_62_BITS = (1L << 62) - 1;
  private static final long VARIANT = 1L << 63;

  private RequestId() {}

  /** The given id when it is well-formed, else a new one. */
  public static String keepOrCreate(@Nullable String given) {
    return given != null && VALID.matcher(given).matches() ? given : create();
  }

  /**
   * A new id: a UUIDv7 (RFC 9562 section 5.7) without hyphens, so that ids sort by time. Its random
   * bits are no secret and come without a lock and without asking the system, for this runs on
   * event loops.
   */
  public static String create() {
    var random = ThreadLocalRandom.current();
    var time = (System.currentTimeMillis() << 16) | 0x7000 | random.nextInt(1 << 12);
    var rest = (random.nextLong() & MAX_62_BITS) | VARIANT;
    return HEX.toHexDigits(time) + HEX.toHexDigits(rest);
  }

  /** The id of this exchange; null before {@link RequestIdFilter} ran. */
  public static @Nullable String of(ServerWebExchange exchange) {
    return exchange.getAttribute(KEY);
  }
}
