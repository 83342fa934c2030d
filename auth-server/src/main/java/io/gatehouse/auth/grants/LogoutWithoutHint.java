package io.gatehouse.auth.grants;

import io.gatehouse.auth.web.PageLanguage;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * OpenID Connect RP-Initiated Logout section 2: a request that does not say who is to be signed out
 * is put to the person, on our own page.
 */
final class LogoutWithoutHint extends OncePerRequestFilter {
  private static final List<String> KEPT =
      List.of("client_id", "post_logout_redirect_uri", "state", PageLanguage.PARAMETER);

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    var hint = request.getParameter("id_token_hint");
    return !request.getRequestURI().equals("/connect/logout") || (hint != null && !hint.isEmpty());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var query =
        KEPT.stream()
            .filter(name -> request.getParameter(name) != null)
            .map(name -> name + "=" + encoded(request.getParameter(name)))
            .collect(Collectors.joining("&"));
    response.sendRedirect(
        query.isEmpty() ? "/logout" : "/logout?" + query, HttpServletResponse.SC_SEE_OTHER);
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
