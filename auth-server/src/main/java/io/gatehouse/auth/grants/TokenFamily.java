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

  static int version(OAuth2Authorization authorization) {
    return Objects.requireNonNull(authorization.<Integer>getAttribute(VERSION));
  }
}
