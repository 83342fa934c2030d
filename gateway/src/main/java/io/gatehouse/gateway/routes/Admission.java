package io.gatehouse.gateway.routes;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may call a route and which limit counts, as its metadata says: {@code access} is {@code
 * token}, {@code optional} or {@code open}, {@code limit} is {@code user}, {@code anonymous} or
 * {@code login}. A route that says nothing asks for a token.
 */
public record Admission(Access access, Limit limit) {
  /** A token is needed; the limit is its subject's. */
  public static final Admission TOKEN = new Admission(Access.TOKEN, Limit.USER);

  /** Nothing is needed; the limit is the address's. */
  public static final Admission OPEN = new Admission(Access.OPEN, Limit.ANONYMOUS);

  /** Nothing is needed and nothing is counted: for probes, which are frequent. */
  public static final Admission PROBE = new Admission(Access.OPEN, Limit.NONE);

  /** Nothing is needed; the limit is the address's for files, many of which make one page. */
  public static final Admission ASSETS = new Admission(Access.OPEN, Limit.ASSETS);

  /** What is asked of the caller. */
  public enum Access {
    /** A valid token. */
    TOKEN,
    /** None, but a token that is sent must be valid. */
    OPTIONAL,
    /** None; Authorization is the service's affair. */
    OPEN
  }

  /** Whose quota a call spends. */
  public enum Limit {
    /** The token's subject's or client's; the address's without a token. */
    USER,
    /** The address's. */
    ANONYMOUS,
    /** The address's, and little of it: a password or a secret is tried or set. */
    LOGIN,
    /** The address's for files out of the gateway's memory; no route can say so. */
    ASSETS,
    /** Nobody's; no route can say so. */
    NONE
  }

  private static final Set<Limit> OWN = EnumSet.of(Limit.ASSETS, Limit.NONE);

  static Admission of(String route, Map<String, Object> metadata) {
    var access = value(route, "access", metadata, Access.TOKEN);
    var limit =
        value(route, "limit", metadata, access == Access.OPEN ? Limit.ANONYMOUS : Limit.USER);
    if (access == Access.OPEN && limit == Limit.USER) {
      throw new IllegalStateException(
          "route " + route + ": metadata.limit user needs a token, and metadata.access is open");
    }
    return new Admission(access, limit);
  }

  private static <E extends Enum<E>> E value(
      String route, String key, Map<String, Object> metadata, E otherwise) {
    @Nullable Object given = metadata.get(key);
    if (given == null) {
      return otherwise;
    }
    for (var constant : sayable(otherwise)) {
      if (constant.name().toLowerCase(Locale.ROOT).equals(given)) {
        return constant;
      }
    }
    throw new IllegalStateException(
        "route %s: metadata.%s is %s, but must be one of %s"
            .formatted(
                route,
                key,
                given,
                sayable(otherwise).stream()
                    .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                    .collect(Collectors.joining(", "))));
  }

  private static <E extends Enum<E>> List<E> sayable(E one) {
    return Stream.of(one.getDeclaringClass().getEnumConstants())
        .filter(constant -> !OWN.contains(constant))
        .toList();
  }
}
