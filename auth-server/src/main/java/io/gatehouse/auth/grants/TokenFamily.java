package io.gatehouse.auth.grants;

import io.gatehouse.auth.users.SignedInUser;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;

/** What our authorizations carry beside Spring's own attributes. */
final class TokenFamily {
  /** The row's version when it was read: what a conditional update compares. */
  static final String VERSION = "gatehouse.version";

  /** The family's id in tokens, a UUIDv7 with the time of the sign-in. */
  static final String SID = "gatehouse.sid";

  /** Whether an entry of the set of revocations ended the family before it was read. */
  static final String ENDED = "gatehouse.ended";

  /** Whether one ended the browser's sign-in that granted the family. */
  static final String BROWSER_ENDED = "gatehouse.browser-ended";

  /** The authorization request as it was read: that instance need not be written again. */
  static final String STORED_REQUEST = "gatehouse.stored-request";

  static final String PRINCIPAL = java.security.Principal.class.getName();

  private TokenFamily() {}

  static @Nullable UUID sid(OAuth2Authorization authorization) {
    return authorization.getAttribute(SID);
  }

  static @Nullable SignedInUser user(OAuth2Authorization authorization) {
    return authorization.getAttribute(PRINCIPAL) instanceof Authentication authentication
            && authentication.getPrincipal() instanceof SignedInUser user
        ? user
        : null;
  }

  static Authentication principal(SignedInUser user) {
    return UsernamePasswordAuthenticationToken.authenticated(user, null, List.of());
  }

  /** Whether the attribute of this name is set. */
  static boolean is(String name, OAuth2Authorization authorization) {
    return Boolean.TRUE.equals(authorization.getAttribute(name));
  }

  static int version(OAuth2Authorization authorization) {
    return Objects.requireNonNull(authorization.<Integer>getAttribute(VERSION));
  }
}
