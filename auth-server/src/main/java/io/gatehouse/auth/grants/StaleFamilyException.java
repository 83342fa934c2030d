package io.gatehouse.auth.grants;

import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;

/** A code or refresh token was redeemed by somebody else at the same time: this one came second. */
class StaleFamilyException extends OAuth2AuthenticationException {
  private static final long serialVersionUID = 1L;

  StaleFamilyException() {
    super(OAuth2ErrorCodes.INVALID_GRANT);
  }
}
