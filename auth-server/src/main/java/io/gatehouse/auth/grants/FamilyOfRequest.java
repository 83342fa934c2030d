package io.gatehouse.auth.grants;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * The family that the request at hand read last, until it writes one. What has become of it
 * meanwhile is seen at the write, which is on condition of the version that was read.
 *
 * @param query and {@code key}: how it was looked for
 * @param family null when there is none
 */
record FamilyOfRequest(String query, Object key, @Nullable OAuth2Authorization family) {
  private static final String NAME = FamilyOfRequest.class.getName();

  /** Null when this was not looked for yet. */
  static @Nullable FamilyOfRequest of(String query, Object key) {
    var request = RequestContextHolder.getRequestAttributes();
    return request != null
            && request.getAttribute(NAME, RequestAttributes.SCOPE_REQUEST)
                instanceof FamilyOfRequest known
            && known.query.equals(query)
            && Objects.deepEquals(known.key, key)
        ? known
        : null;
  }

  /** Outside of a request there is nothing to keep it for. */
  void keep() {
    var request = RequestContextHolder.getRequestAttributes();
    if (request != null) {
      request.setAttribute(NAME, this, RequestAttributes.SCOPE_REQUEST);
    }
  }

  static void forget() {
    var request = RequestContextHolder.getRequestAttributes();
    if (request != null) {
      request.removeAttribute(NAME, RequestAttributes.SCOPE_REQUEST);
    }
  }
}
