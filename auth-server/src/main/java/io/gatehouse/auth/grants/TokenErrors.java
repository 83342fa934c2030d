package io.gatehouse.auth.grants;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.core.OAuth2Error;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.authentication.AuthenticationFailureHandler;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Errors of the OAuth endpoints that clients call directly, as RFC 6749 section 5.2 says. */
@Component
public class TokenErrors implements AuthenticationFailureHandler, AuthenticationEntryPoint {
  private static final String LATER = OAuth2ErrorCodes.TEMPORARILY_UNAVAILABLE;

  private final JsonMapper json;

  TokenErrors(JsonMapper json) {
    this.json = json;
  }

  /** Nothing was redeemed; the client may try again. */
  static OAuth2Error later() {
    return new OAuth2Error(LATER, "Try again shortly", null);
  }

  @Override
  public void onAuthenticationFailure(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException failed)
      throws IOException {
    write(
        request,
        response,
        failed instanceof OAuth2AuthenticationException oauth
            ? oauth.getError()
            : new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT));
  }

  /** A request without any client authentication. */
  @Override
  public void commence(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable AuthenticationException failed)
      throws IOException {
    write(request, response, new OAuth2Error(OAuth2ErrorCodes.INVALID_CLIENT));
  }

  /** The error as JSON. */
  public void write(HttpServletRequest request, HttpServletResponse response, OAuth2Error error)
      throws IOException {
    response.setStatus(status(error));
    if (response.getStatus() == HttpServletResponse.SC_UNAUTHORIZED) {
      response.setHeader(HttpHeaders.WWW_AUTHENTICATE, "Basic realm=\"gatehouse\"");
    }
    if (response.getStatus() == HttpServletResponse.SC_SERVICE_UNAVAILABLE) {
      response.setHeader(HttpHeaders.RETRY_AFTER, "1");
    }
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    var body = new LinkedHashMap<String, String>();
    body.put("error", error.getErrorCode());
    if (error.getDescription() != null) {
      body.put("error_description", error.getDescription());
    }
    response.getOutputStream().write(json.writeValueAsBytes(body));
  }

  private static int status(OAuth2Error error) {
    return switch (error.getErrorCode()) {
      case OAuth2ErrorCodes.INVALID_CLIENT -> HttpServletResponse.SC_UNAUTHORIZED;
      case LATER -> HttpServletResponse.SC_SERVICE_UNAVAILABLE;
      case OAuth2ErrorCodes.SERVER_ERROR -> HttpServletResponse.SC_INTERNAL_SERVER_ERROR;
      default -> HttpServletResponse.SC_BAD_REQUEST;
    };
  }
}
