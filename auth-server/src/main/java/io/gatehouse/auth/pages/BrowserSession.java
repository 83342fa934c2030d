package io.gatehouse.auth.pages;

import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.auth.users.SignedInUser;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.stereotype.Component;

/** The session of the browser that a page is shown in. */
@Component
class BrowserSession {
  private final Revocations revocations;

  BrowserSession(Revocations revocations) {
    this.revocations = revocations;
  }

  /** Has the pages call the person by another name. */
  void rename(HttpServletRequest request, SignedInUser user, String name) {
    var session = request.getSession(false);
    if (session != null) {
      var renamed = user.named(name);
      session.setAttribute(
          HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY,
          new SecurityContextImpl(
              UsernamePasswordAuthenticationToken.authenticated(renamed, null, List.of())));
    }
  }

  /** Signs the person out here, with what this browser granted. */
  void end(HttpServletRequest request, SignedInUser user) {
    revocations.revokeSignIn(user.signIn());
    var session = request.getSession(false);
    if (session != null) {
      session.invalidate();
    }
    SecurityContextHolder.clearContext();
  }
}
