package io.gatehouse.discovery;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * A registry that still copies its peer's answers reads with 503, so that a client asks the other:
 * the library answers with what it has, which is nothing. Registrations and renewals are taken.
 */
@Component
@Order(0)
class ReadsAwaitOpening extends OncePerRequestFilter {
  private final RegistryReadiness registry;

  ReadsAwaitOpening(RegistryReadiness registry) {
    this.registry = registry;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if ("GET".equals(request.getMethod())
        && request.getRequestURI().startsWith("/eureka/")
        && !registry.isOpen()) {
      response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
      return;
    }
    chain.doFilter(request, response);
  }
}
