package io.gatehouse.auth.revocations;

import io.gatehouse.auth.users.SignedInUser;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Looks at each use of a browser's session whether its sign-in has ended. Sessions are removed when
 * it does, but a sign-in under way at that moment stores its own only afterwards.
 */
public final class EndedSignIns extends OncePerRequestFilter {
  private final Revocations revocations;

  public EndedSignIns(Revocations revocations) {
    this.revocations = revocations;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    var session = request.getSession(false);
    var who = session == null ? null : SecurityContextHolder.getContext().getAuthentication();
    if (session != null
        && who != null
        && who.getPrincipal() instanceof SignedInUser user
        && revocations.hitsSignIn(user)) {
      session.invalidate();
      SecurityContextHolder.clearContext();
    }
    chain.doFilter(request, response);
  }
}
