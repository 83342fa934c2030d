package io.gatehouse.auth.grants;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.authentication.ProviderNotFoundException;
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

  /** A request without any client authentication, or a grant that nobody here gives. */
  @Override
  public void commence(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable AuthenticationException failed)
      throws IOException {
    write(
        request,
        response,
        new OAuth2Error(
            failed instanceof ProviderNotFoundException
                ? OAuth2ErrorCodes.UNSUPPORTED_GRANT_TYPE
                : OAuth2ErrorCodes.INVALID_CLIENT));
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
    response.getOutputStream().write(body(error).getBytes(StandardCharsets.UTF_8));
  }

  /** What is told where a filter or the container refused a call before it was looked at. */
  public ResponseEntity<String> ofStatus(int status) {
    var error =
        switch (status) {
          case HttpServletResponse.SC_SERVICE_UNAVAILABLE -> later();
          case HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE -> invalid("The form is too large");
          case HttpServletResponse.SC_UNSUPPORTED_MEDIA_TYPE ->
              invalid("The body must be application/x-www-form-urlencoded");
          default ->
              status < HttpServletResponse.SC_INTERNAL_SERVER_ERROR
                  ? invalid("The form cannot be read, repeats a parameter or authenticates twice")
                  : new OAuth2Error(OAuth2ErrorCodes.SERVER_ERROR);
        };
    var response =
        ResponseEntity.status(status(error))
            .cacheControl(CacheControl.noStore())
            .contentType(MediaType.APPLICATION_JSON);
    if (error.getErrorCode().equals(LATER)) {
      response.header(HttpHeaders.RETRY_AFTER, "1");
    }
    return response.body(body(error));
  }

  private static OAuth2Error invalid(String description) {
    return new OAuth2Error(OAuth2ErrorCodes.INVALID_REQUEST, description, null);
  }

  private String body(OAuth2Error error) {
    var body = new LinkedHashMap<String, String>();
    body.put("error", error.getErrorCode());
    if (error.getDescription() != null) {
      body.put("error_description", error.getDescription());
    }
    return json.writeValueAsString(body);
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
