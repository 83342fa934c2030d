package io.gatehouse.auth.grants;

import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.oidc.authentication.OidcLogoutAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.logout.SecurityContextLogoutHandler;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/** Ends the browser's session and sends it where the client asked, or to our own page. */
final class LogoutRedirect implements AuthenticationSuccessHandler {
  private final SecurityContextLogoutHandler browser = new SecurityContextLogoutHandler();

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws IOException {
    var logout = (OidcLogoutAuthenticationToken) authentication;
    if (logout.isPrincipalAuthenticated()) {
      browser.logout(request, response, (Authentication) logout.getPrincipal());
    }
    var target = logout.getPostLogoutRedirectUri();
    if (target == null) {
      response.sendRedirect(PageLanguage.keep(request, "/login?signed-out"));
      return;
    }
    var uri = UriComponentsBuilder.fromUriString(target);
    if (logout.getState() != null) {
      uri.queryParam("state", UriUtils.encode(logout.getState(), StandardCharsets.UTF_8));
    }
    response.sendRedirect(uri.build(true).toUriString());
  }
}
