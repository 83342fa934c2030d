package io.gatehouse.auth.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Hides the browser's session from requests that a token speaks for. Spring's bearer filter gives a
 * session that it finds another id; a request beside it that saves the same session writes the old
 * id back, and the browser, which knows the new one by then, is signed out.
 */
public final class WithoutSession extends OncePerRequestFilter {
  private final RequestMatcher requests;

  /**
   * @param requests those whose session is hidden
   */
  public WithoutSession(RequestMatcher requests) {
    this.requests = requests;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !requests.matches(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    chain.doFilter(
        new HttpServletRequestWrapper(request) {
          @Override
          public @Nullable HttpSession getSession(boolean create) {
            return create ? super.getSession(true) : null;
          }
        },
        response);
  }
}
