package io.gatehouse.auth.api;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;

/** Has what Spring Security refuses answered where every other error is answered. */
@Component
class ApiErrors implements AuthenticationEntryPoint, AccessDeniedHandler {
  private final HandlerExceptionResolver answers;

  ApiErrors(@Qualifier("handlerExceptionResolver") HandlerExceptionResolver answers) {
    this.answers = answers;
  }

  @Override
  public void commence(
      HttpServletRequest request, HttpServletResponse response, AuthenticationException refused) {
    answers.resolveException(request, response, null, error(refused));
  }

  /** RFC 6750 section 3.1. */
  @Override
  public void handle(
      HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied) {
    answers.resolveException(
        request,
        response,
        null,
        ApiException.of(ErrorCode.FORBIDDEN)
            .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"insufficient_scope\""));
  }

  private static ApiException error(AuthenticationException refused) {
    if (refused.getCause() instanceof ApiException known) {
      return known;
    }
    return ApiException.of(
        refused instanceof AuthenticationServiceException
            ? ErrorCode.SERVICE_UNAVAILABLE
            : ErrorCode.UNAUTHENTICATED);
  }
}
