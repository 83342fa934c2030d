package io.gatehouse.auth.grants;

import io.gatehouse.auth.web.Browsers;
import io.gatehouse.defaults.platform.GatehouseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
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
  private final PendingConsents consents;
  private final String issuer;

  AuthorizationErrors(
      TokenErrors direct, PendingConsents consents, GatehouseProperties properties) {
    this.direct = direct;
    this.consents = consents;
    this.issuer = properties.issuer();
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException {
    var answered =
        AuthorizationRequests.isConsent(request)
            ? consents.answered(request.getParameter("state"))
            : Optional.<URI>empty();
    if (answered.isPresent()) {
      // Sent twice, as by a double click: the first was taken, this one leads the same way.
      response.sendRedirect(answered.get().toString(), HttpServletResponse.SC_SEE_OTHER);
      return;
    }
    var error =
        failed instanceof OAuth2AuthenticationException oauth
            ? oauth.getError()
            : new OAuth2Error(OAuth2ErrorCodes.SERVER_ERROR);
    var asked =
        failed instanceof OAuth2AuthorizationCodeRequestAuthenticationException refused
            ? refused.getAuthorizationCodeRequestAuthentication()
            : null;
    if (asked != null && asked.getRedirectUri() != null && !asked.getRedirectUri().isEmpty()) {
      tellClient(response, asked.getRedirectUri(), error, asked.getState());
    } else if (Browsers.wantHtml(request)) {
      Browsers.explain(request, explanation(error));
      response.sendError(HttpServletResponse.SC_BAD_REQUEST);
    } else {
      direct.write(request, response, error);
    }
  }

  /** Sends the browser back to the client with the error. */
  void tellClient(
      HttpServletResponse response, String redirectUri, OAuth2Error error, @Nullable String state)
      throws IOException {
    response.sendRedirect(location(redirectUri, error, state, issuer));
  }

  /** The message for the person, who can do nothing about the request but tell its maker. */
  private static String explanation(OAuth2Error error) {
    var description = String.valueOf(error.getDescription());
    if (description.contains("redirect_uri")) {
      return "error.redirectUri";
    }
    if (description.contains("client_id")) {
      return "error.client";
    }
    return description.contains("id_token_hint") || description.contains("logout")
        ? "error.logout"
        : "error.authorization";
  }

  /** The client's address with the error and, as in every answer, state and issuer. */
  static String location(
      String redirectUri, OAuth2Error error, @Nullable String state, String issuer) {
    var uri =
        UriComponentsBuilder.fromUriString(redirectUri).queryParam("error", error.getErrorCode());
    if (error.getDescription() != null) {
      uri.queryParam(
          "error_description", UriUtils.encode(error.getDescription(), StandardCharsets.UTF_8));
    }
    return AuthorizationAnswer.finish(uri, state, issuer);
  }
}
