package io.gatehouse.auth.grants;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import io.gatehouse.defaults.tokens.AccessToken;
import java.util.UUID;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2TokenRevocationAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * RFC 7009: a refresh token takes its whole family along, spent or not; an access token goes alone.
 * What is unknown or expired is answered as done; what belongs to another client is refused.
 */
@Component
class TokenRevocation implements AuthenticationProvider {
  private final IssuedTokens issued;
  private final TokenFamilies families;
  private final RefreshTokens refreshTokens;
  private final Revocations revocations;

  TokenRevocation(
      IssuedTokens issued,
      TokenFamilies families,
      RefreshTokens refreshTokens,
      Revocations revocations) {
    this.issued = issued;
    this.families = families;
    this.refreshTokens = refreshTokens;
    this.revocations = revocations;
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    var request = (OAuth2TokenRevocationAuthenticationToken) authentication;
    if (!(request.getPrincipal() instanceof OAuth2ClientAuthenticationToken client)
        || !client.isAuthenticated()) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    var token = request.getToken();
    refreshTokens
        .read(token)
        .ifPresentOrElse(
            ref -> {
              var family = families.findById(ref.family().toString());
              if (family != null) {
                revokeFamily(client.getName(), family);
              }
            },
            () -> issued.genuine(token).ifPresent(found -> revoke(client.getName(), found)));
    return new OAuth2TokenRevocationAuthenticationToken(done(token), client);
  }

  @Override
  public boolean supports(Class<?> type) {
    return OAuth2TokenRevocationAuthenticationToken.class.isAssignableFrom(type);
  }

  private void revokeFamily(String client, OAuth2Authorization family) {
    requireOwner(client, family.getRegisteredClientId());
    revocations.revokeFamily(UUID.fromString(family.getId()));
    Audit.record("revocation", Outcome.ALLOWED, family.getPrincipalName(), client);
  }

  private void revoke(String client, AccessToken token) {
    requireOwner(client, token.clientId());
    revocations.revokeToken(token.jti(), token.expiresAt());
    Audit.record("revocation", Outcome.ALLOWED, token.subject(), client);
  }

  private static void requireOwner(String client, String owner) {
    if (!client.equals(owner)) {
      Audit.record("revocation", Outcome.REFUSED, null, client);
      throw new OAuth2AuthenticationException(
          new OAuth2Error(
              OAuth2ErrorCodes.INVALID_GRANT, "The token was issued to another client", null));
    }
  }

  /** The filter wants a token to answer 200; nobody reads it. */
  private static OAuth2AccessToken done(String token) {
    return new OAuth2AccessToken(OAuth2AccessToken.TokenType.BEARER, token, null, null);
  }
}
