package io.gatehouse.auth.grants;

import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.auth.Audit;
import io.gatehouse.auth.clients.Clients;
import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.text.ParseException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.oidc.OidcIdToken;
import org.springframework.security.oauth2.server.authorization.oidc.authentication.OidcLogoutAuthenticationToken;
import org.springframework.stereotype.Component;

/**
 * RP-initiated logout: the ID token names the family, which ends with all its tokens, and with it
 * the browser's sign-in when that is the same user's. An expired ID token serves as well.
 */
@Component
class Logout implements AuthenticationProvider {
  private final IdTokens idTokens;
  private final Clients clients;
  private final Revocations revocations;

  Logout(IdTokens idTokens, Clients clients, Revocations revocations) {
    this.idTokens = idTokens;
    this.clients = clients;
    this.revocations = revocations;
  }

  @Override
  public Authentication authenticate(Authentication authentication) {
    var request = (OidcLogoutAuthenticationToken) authentication;
    var hint = verified(request.getIdTokenHint());
    var clientId = hint.getAudience().isEmpty() ? "" : hint.getAudience().getFirst();
    var client = clients.findByClientId(clientId);
    if (client == null
        || (request.getClientId() != null && !request.getClientId().equals(clientId))) {
      throw invalid("client_id");
    }
    var target = request.getPostLogoutRedirectUri();
    if (target != null && !client.getPostLogoutRedirectUris().contains(target)) {
      throw invalid("post_logout_redirect_uri");
    }
    var browser = browserOf(request);
    if (browser != null && !browser.id().equals(hint.getSubject())) {
      throw invalid("id_token_hint");
    }
    end(hint, browser);
    Audit.record("logout", Outcome.ALLOWED, hint.getSubject(), clientId);
    return new OidcLogoutAuthenticationToken(
        OidcIdToken.withTokenValue(request.getIdTokenHint()).subject(hint.getSubject()).build(),
        (Authentication) request.getPrincipal(),
        request.getSessionId(),
        clientId,
        target,
        request.getState());
  }

  @Override
  public boolean supports(Class<?> type) {
    return OidcLogoutAuthenticationToken.class.isAssignableFrom(type);
  }

  private void end(JWTClaimsSet hint, @Nullable SignedInUser browser) {
    try {
      revocations.revokeSid(UUID.fromString(String.valueOf(hint.getStringClaim("sid"))));
    } catch (ParseException | IllegalArgumentException noFamily) {
      throw invalid("id_token_hint");
    }
    if (browser != null) {
      revocations.revokeSignIn(browser.signIn());
    }
  }

  private static @Nullable SignedInUser browserOf(OidcLogoutAuthenticationToken request) {
    return request.isPrincipalAuthenticated()
            && ((Authentication) request.getPrincipal()).getPrincipal() instanceof SignedInUser user
        ? user
        : null;
  }

  private JWTClaimsSet verified(String idToken) {
    return idTokens.read(idToken).orElseThrow(() -> invalid("id_token_hint"));
  }

  private static OAuth2AuthenticationException invalid(String parameter) {
    return new OAuth2AuthenticationException(
        new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, parameter + " is not valid", null));
  }
}
