package io.gatehouse.auth.grants;

import io.gatehouse.auth.Browsers;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationException;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * RFC 6749 section 4.1.2.1: the client is told by redirect, unless its redirect URI is in doubt;
 * then the person in front of the browser is told.
 */
@Component
class AuthorizationErrors implements AuthenticationFailureHandler {
  private final TokenErrors direct;

  AuthorizationErrors(TokenErrors direct) {
    this.direct = direct;
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException {
    var error =
        failed instanceof OAuth2AuthenticationException oauth
            ? oauth.getError()
            : new OAuth2Error("server_error");
    var asked =
        failed instanceof OAuth2AuthorizationCodeRequestAuthenticationException refused
            ? refused.getAuthorizationCodeRequestAuthentication()
            : null;
    if (asked != null && asked.getRedirectUri() != null && !asked.getRedirectUri().isEmpty()) {
      response.sendRedirect(location(asked.getRedirectUri(), error, asked.getState()));
    } else if (Browsers.wantHtml(request)) {
      Browsers.explain(
          request, "This sign-in request is not valid: " + error.getDescription() + ".");
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
    } else {
      direct.write(request, response, error);
    }
  }

  private static String location(String redirectUri, OAuth2Error error, @Nullable String state) {
    var uri =
        UriComponentsBuilder.fromUriString(redirectUri).queryParam("error", error.getErrorCode());
    if (error.getDescription() != null) {
      uri.queryParam(
          "error_description", UriUtils.encode(error.getDescription(), StandardCharsets.UTF_8));
    }
    if (state != null && !state.isEmpty()) {
      uri.queryParam("state", UriUtils.encode(state, StandardCharsets.UTF_8));
    }
    return uri.build(true).toUriString();
  }
}
