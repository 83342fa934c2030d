package io.gatehouse.auth.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * HEAD goes wherever GET does, the endpoints of Spring Authorization Server included, whose filters
 * know GET alone. The container leaves the body out by the method that came over the wire.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class HeadAsGet extends OncePerRequestFilter {

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(request.getMethod().equals("HEAD") ? new Get(request) : request, response);
  }

  private static final class Get extends HttpServletRequestWrapper {
    Get(HttpServletRequest head) {
      super(head);
    }

    @Override
    public String getMethod() {
      return HttpMethod.GET.name();
    }
  }
}
