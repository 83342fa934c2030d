package io.gatehouse.auth.revocations;

import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import java.time.Instant;
import java.util.function.Predicate;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Component;

/** The browsers that people are signed in with. */
@Component
class WebSessions {
  private final FindByIndexNameSessionRepository<? extends Session> sessions;

  WebSessions(FindByIndexNameSessionRepository<? extends Session> sessions) {
    this.sessions = sessions;
  }

  /**
   * Signs a user's browsers out, where the sign-in began at or before a time. May be done again.
   *
   * @return how many were signed out
   */
  int end(String userId, Instant until) {
    return end(userId, user -> !SignInIds.timeOf(user.signIn()).isAfter(until));
  }

  /** The same for those sign-ins that are meant. */
  int end(String userId, Predicate<SignedInUser> meant) {
    int ended = 0;
    for (var session : sessions.findByPrincipalName(userId).entrySet()) {
      if (isHit(session.getValue(), meant)) {
        sessions.deleteById(session.getKey());
        ended++;
      }
    }
    return ended;
  }

  private static boolean isHit(Session session, Predicate<SignedInUser> meant) {
    SecurityContext context =
        session.getAttribute(HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY);
    return context != null
        && context.getAuthentication() != null
        && context.getAuthentication().getPrincipal() instanceof SignedInUser user
        && meant.test(user);
  }
}
