package io.gatehouse.auth.api;

import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.gatehouse.defaults.tokens.BearerHeader;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.resource.InvalidBearerTokenException;
import org.springframework.security.oauth2.server.resource.authentication.BearerTokenAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * Finds and checks the bearer tokens of {@code /api/**}, by the rules that all services have and by
 * the revocations in this server's own database: nothing that ended passes, not for a moment. It is
 * none of Spring Security's types, whose beans every chain takes up.
 */
@Component
class BearerTokens {
  private final AccessTokenVerifier verifier;
  private final Revocations revocations;

  BearerTokens(AccessTokenVerifier verifier, Revocations revocations) {
    this.verifier = verifier;
    this.revocations = revocations;
  }

  /** The token; null when there is no Authorization header. */
  @Nullable String resolve(HttpServletRequest request) {
    try {
      return BearerHeader.token(Collections.list(request.getHeaders(HttpHeaders.AUTHORIZATION)));
    } catch (ApiException refused) {
      throw new InvalidBearerTokenException(refused.getMessage(), refused);
    }
  }

  /** The caller. Where it is refused, the exception's cause is the error to answer with. */
  Authentication authenticate(Authentication bearer) {
    try {
      return new Caller(check(((BearerTokenAuthenticationToken) bearer).getToken()));
    } catch (ApiException refused) {
      throw refused.status() == ErrorCode.UNAUTHENTICATED.status()
          ? new InvalidBearerTokenException(refused.getMessage(), refused)
          : new AuthenticationServiceException(refused.getMessage(), refused);
    }
  }

  private AccessToken check(String token) {
    var genuine = verifier.verify(token);
    if (revocations.hits(genuine)) {
      throw ApiException.of(ErrorCode.TOKEN_REVOKED);
    }
    return genuine;
  }
}
