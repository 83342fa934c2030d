package io.gatehouse.auth.grants;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.server.authorization.authentication.OAuth2AuthorizationCodeRequestAuthenticationToken;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/**
 * Sends a browser back to its client with a code, the client's state and who gave it: {@code iss}
 * tells a client that knows several servers that it is not sent to the wrong one (RFC 9207).
 */
final class AuthorizationAnswer implements AuthenticationSuccessHandler {
  private final String issuer;

  AuthorizationAnswer(String issuer) {
    this.issuer = issuer;
  }

  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication answered)
      throws IOException {
    var answer = (OAuth2AuthorizationCodeRequestAuthenticationToken) answered;
    var code = Objects.requireNonNull(answer.getAuthorizationCode());
    var uri =
        UriComponentsBuilder.fromUriString(Objects.requireNonNull(answer.getRedirectUri()))
            .queryParam("code", code.getTokenValue());
    response.sendRedirect(finish(uri, answer.getState(), issuer));
  }

  /** The address with what every answer has. */
  static String finish(UriComponentsBuilder uri, @Nullable String state, String issuer) {
    if (state != null && !state.isEmpty()) {
      uri.queryParam("state", UriUtils.encode(state, StandardCharsets.UTF_8));
    }
    return uri.queryParam("iss", UriUtils.encode(issuer, StandardCharsets.UTF_8))
        .build(true)
        .toUriString();
  }
}
