package io.gatehouse.defaults.tokens;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import io.gatehouse.defaults.web.ErrorRenderer;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.server.ServerAuthenticationEntryPoint;
import org.springframework.security.web.server.WebFilterExchange;
import org.springframework.security.web.server.authentication.ServerAuthenticationFailureHandler;
import org.springframework.security.web.server.authorization.ServerAccessDeniedHandler;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/**
 * Says what Spring Security refuses in the platform's errors, which {@link ErrorRenderer} answers
 * with. It is asked by the chain, and sees what no chain looked at: a method's {@code PreAuthorize}
 * in a service whose own chain authorizes nothing.
 */
@Order(-3)
final class SecurityErrors
    implements ServerAuthenticationEntryPoint,
        ServerAuthenticationFailureHandler,
        ServerAccessDeniedHandler,
        WebExceptionHandler {
  @Override
  public Mono<Void> commence(ServerWebExchange exchange, AuthenticationException refused) {
    return Mono.error(unauthenticated(refused));
  }

  @Override
  public Mono<Void> onAuthenticationFailure(
      WebFilterExchange exchange, AuthenticationException refused) {
    return Mono.error(unauthenticated(refused));
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, AccessDeniedException denied) {
    return Mono.error(forbidden());
  }

  @Override
  public Mono<Void> handle(ServerWebExchange exchange, Throwable thrown) {
    return Mono.error(
        switch (thrown) {
          case AuthenticationException refused -> unauthenticated(refused);
          case AccessDeniedException _ ->
              AccessToken.find(exchange) == null
                  ? ApiException.of(ErrorCode.UNAUTHENTICATED)
                  : forbidden();
          default -> thrown;
        });
  }

  /** What our own checks threw is in there, as a cause. Of others' there is no more to say. */
  private static ApiException unauthenticated(AuthenticationException refused) {
    for (Throwable cause = refused; cause != null; cause = cause.getCause()) {
      if (cause instanceof ApiException known) {
        return known;
      }
    }
    return ApiException.of(
        refused instanceof AuthenticationServiceException
            ? ErrorCode.SERVICE_UNAVAILABLE
            : ErrorCode.UNAUTHENTICATED);
  }

  /** RFC 6750 section 3.1. Which scope or role it was, a rule of Spring Security's does not say. */
  private static ApiException forbidden() {
    return ApiException.of(ErrorCode.FORBIDDEN)
        .withHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\"");
  }
}
