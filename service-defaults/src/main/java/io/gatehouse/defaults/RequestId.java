package io.gatehouse.defaults;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.util.UUID;
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
  private static final TimeBasedEpochGenerator IDS = Generators.timeBasedEpochGenerator();

  private RequestId() {}

  /** The given id when it is well-formed, else a new one. */
  public static String keepOrCreate(@Nullable String given) {
    return given != null && VALID.matcher(given).matches() ? given : create();
  }

  /** A new id: UUIDv7 without hyphens, so that ids sort by time. */
  public static String create() {
    UUID id = IDS.generate();
    return Long.toHexString(id.getMostSignificantBits()).transform(RequestId::padded)
        + padded(Long.toHexString(id.getLeastSignificantBits()));
  }

  /** The id of this exchange; null before {@link RequestIdFilter} ran. */
  public static @Nullable String of(ServerWebExchange exchange) {
    return exchange.getAttribute(KEY);
  }

  private static String padded(String hex) {
    return "0".repeat(16 - hex.length()) + hex;
  }
}
