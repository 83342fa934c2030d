package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bearer token from the Authorization header (RFC 6750 section 2.1), the only place for
 * one. Spring's own looks at the first header alone, and takes another scheme for no token at all.
 */
public final class BearerHeader {
  private static final String SCHEME = "bearer ";

  private BearerHeader() {}

  /**
   * The token.
   *
   * @param values of the request's Authorization headers
   * @return null when there is no such header
   * @throws ApiException UNAUTHENTICATED when there are several, or one without a bearer token
   */
  public static @Nullable String token(@Nullable List<String> values) {
    if (values == null || values.isEmpty()) {
      return null;
    }
    var value = values.getFirst();
    if (values.size() > 1
        || value.length() <= SCHEME.length()
        || !value.substring(0, SCHEME.length()).toLowerCase(Locale.ROOT).equals(SCHEME)) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    var token = value.substring(SCHEME.length()).trim();
    if (token.isEmpty()) {
      throw ApiException.of(ErrorCode.UNAUTHENTICATED);
    }
    return token;
  }
}
