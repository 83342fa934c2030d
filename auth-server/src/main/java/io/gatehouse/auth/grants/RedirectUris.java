package io.gatehouse.auth.grants;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.function.Consumer;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.oidc.OidcScopes;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationContext;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;

/**
 * Redirect URIs are compared as strings, character by character. The one exception is RFC 8252
 * section 7.3: a registered {@code http://127.0.0.1/…} without a port is met by any port.
 */
final class RedirectUris implements Consumer<OAuth2AuthorizationCodeRequestAuthenticationContext> {
  private static final String LOOPBACK = "http://127.0.0.1";

  @Override
  public void accept(OAuth2AuthorizationCodeRequestAuthenticationContext context) {
    OAuth2AuthorizationCodeRequestAuthenticationToken request = context.getAuthentication();
    var client = context.getRegisteredClient();
    var uri = request.getRedirectUri();
    boolean fits;
    if (uri == null || uri.isEmpty()) {
      // The only registered one is meant; OpenID Connect wants it written out.
      fits =
          client.getRedirectUris().size() == 1 && !request.getScopes().contains(OidcScopes.OPENID);
    } else {
      fits = client.getRedirectUris().stream().anyMatch(known -> matches(known, uri));
    }
    if (!fits) {
      throw refused(request);
    }
  }

  static boolean matches(String registered, String requested) {
    if (registered.equals(requested)) {
      return true;
    }
    var rest =
        registered.startsWith(LOOPBACK + "/") ? registered.substring(LOOPBACK.length()) : null;
    return rest != null && requested.equals(LOOPBACK + ":" + port(requested) + rest);
  }

  /** The port as it was written; empty when there is none that is one. */
  private static String port(String uri) {
    try {
      int port = new URI(uri).getPort();
      return port < 1 || port > 65_535 ? "" : Integer.toString(port);
    } catch (URISyntaxException malformed) {
      return "";
    }
  }

  /** Without a redirect URI in it, so that the answer is a page and never a redirect. */
  private static OAuth2AuthorizationCodeRequestAuthenticationException refused(
      OAuth2AuthorizationCodeRequestAuthenticationToken request) {
    return new OAuth2AuthorizationCodeRequestAuthenticationException(
        new OAuth2Error(
            OAuth2ErrorCodes.INVALID_REQUEST,
            "redirect_uri is not registered for this client",
            null),
        new OAuth2AuthorizationCodeRequestAuthenticationToken(
            request.getAuthorizationUri(),
            request.getClientId(),
            (Authentication) request.getPrincipal(),
            null,
            request.getState(),
            request.getScopes(),
            request.getAdditionalParameters()));
  }
}
