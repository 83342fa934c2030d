package io.gatehouse.auth.grants;

import io.gatehouse.auth.clients.Clients;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2ParameterNames;
import org.springframework.security.oauth2.core.endpoint.PkceParameterNames;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2ClientAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationConverter;

/**
 * Public clients name themselves where they have no code verifier to prove: at refresh, device,
 * revocation and push calls. What they bring there (a rotating token, a device code) is itself the
 * proof. A code without its verifier is refused here already.
 */
final class PublicClientAuthentication implements AuthenticationConverter, AuthenticationProvider {
  private static final Set<String> PATHS =
      Set.of("/oauth2/token", "/oauth2/revoke", "/oauth2/device_authorization", "/oauth2/par");

  private final Clients clients;

  PublicClientAuthentication(Clients clients) {
    this.clients = clients;
  }

  /** A client that claims to be public and has not proved it is who it says. */
  private static final class Named extends OAuth2ClientAuthenticationToken {
    private static final long serialVersionUID = 1L;

    private Named(String clientId) {
      super(clientId, ClientAuthenticationMethod.NONE, null, Map.of());
    }
  }

  @Override
  public @Nullable Authentication convert(HttpServletRequest request) {
    var ids = request.getParameterValues(OAuth2ParameterNames.CLIENT_ID);
    var named =
        ids != null
            && PATHS.contains(request.getRequestURI())
            && request.getHeader(HttpHeaders.AUTHORIZATION) == null
            && request.getParameter(OAuth2ParameterNames.CLIENT_SECRET) == null
            && request.getParameter(OAuth2ParameterNames.CLIENT_ASSERTION) == null;
    if (!named) {
      return null;
    }
    if (redeemsCode(request)) {
      if (request.getParameter(PkceParameterNames.CODE_VERIFIER) == null) {
        throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_GRANT);
      }
      // The verifier is the proof; Spring's own converter and provider take it from here.
      return null;
    }
    if (ids.length != 1 || ids[0].isBlank()) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_REQUEST);
    }
    return new Named(ids[0]);
  }

  private static boolean redeemsCode(HttpServletRequest request) {
    return AuthorizationGrantType.AUTHORIZATION_CODE
        .getValue()
        .equals(request.getParameter(OAuth2ParameterNames.GRANT_TYPE));
  }

  @Override
  public @Nullable Authentication authenticate(Authentication authentication) {
    if (!(authentication instanceof Named named)) {
      return null;
    }
    var client = clients.findByClientId(named.getPrincipal().toString());
    if (client == null
        || !client.getClientAuthenticationMethods().contains(ClientAuthenticationMethod.NONE)) {
      throw new OAuth2AuthenticationException(OAuth2ErrorCodes.INVALID_CLIENT);
    }
    return new OAuth2ClientAuthenticationToken(client, ClientAuthenticationMethod.NONE, null);
  }

  @Override
  public boolean supports(Class<?> type) {
    return OAuth2ClientAuthenticationToken.class.isAssignableFrom(type);
  }
}
