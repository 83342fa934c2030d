package io.gatehouse.auth.signin;

import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Who signs in or up for an application is in the middle of its request, whose {@code ui_locales}
 * says in which language. Before the sign-in itself, which may cause a mail.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class WishedLanguage extends OncePerRequestFilter {
  private static final Set<String> FORMS = Set.of("/login", "/login/passkey", "/signup");

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !FORMS.contains(request.getRequestURI());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    ReturnTo.read(request.getParameter(ReturnTo.PARAMETER))
        .map(wanted -> wanted.parameters().get(PageLanguage.PARAMETER))
        .ifPresent(locales -> PageLanguage.wish(request, locales));
    chain.doFilter(request, response);
  }
}
