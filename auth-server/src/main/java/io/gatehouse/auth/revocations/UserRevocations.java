package io.gatehouse.auth.revocations;

import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserService.Revoked;
import io.gatehouse.auth.users.UserServiceUnavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.web.context.HttpSessionSecurityContextRepository;
import org.springframework.session.FindByIndexNameSessionRepository;
import org.springframework.session.Session;
import org.springframework.stereotype.Component;

/**
 * Follows user-service's revocation set: password changes and deletions reach our own set, end the
 * families they hit and sign the user's browsers out. One request at a time; each run waits for the
 * one before.
 */
@Component
class UserRevocations {
  private static final Logger log = LoggerFactory.getLogger(UserRevocations.class);

  /** Longer than any transaction that adds an entry may take; see docs/between-services.md. */
  private static final Duration OVERLAP = Duration.ofSeconds(30);

  private final UserService users;
  private final Revocations revocations;
  private final FindByIndexNameSessionRepository<? extends Session> sessions;
  private @Nullable Instant complete;
  private Set<Revoked> adopted = Set.of();
  private boolean away;

  UserRevocations(
      UserService users,
      Revocations revocations,
      FindByIndexNameSessionRepository<? extends Session> sessions) {
    this.users = users;
    this.revocations = revocations;
    this.sessions = sessions;
  }

  @Scheduled(fixedDelayString = "${gatehouse.user-revocations-poll:200ms}")
  void follow() {
    try {
      var set = users.revocations(complete == null ? null : complete.minus(OVERLAP));
      set.entries().stream().filter(entry -> !adopted.contains(entry)).forEach(this::adopt);
      adopted = Set.copyOf(set.entries());
      complete = set.asOf();
      if (away) {
        log.info("user-service's revocations are followed again");
      }
      away = false;
    } catch (UserServiceUnavailable | DataAccessException unavailable) {
      if (!away) {
        log.warn("user-service's revocations cannot be followed: {}", unavailable.toString());
      }
      away = true;
    }
  }

  private void adopt(Revoked entry) {
    if (revocations.adopt(entry) && entry.kind().equals("sub")) {
      endWebSessions(entry);
    }
  }

  /** Also the session of {@code exceptSid}: its family goes on, but grants nothing new. */
  private void endWebSessions(Revoked entry) {
    sessions
        .findByPrincipalName(entry.value())
        .forEach(
            (id, session) -> {
              SecurityContext context =
                  session.getAttribute(
                      HttpSessionSecurityContextRepository.SPRING_SECURITY_CONTEXT_KEY);
              if (context != null
                  && context.getAuthentication() != null
                  && context.getAuthentication().getPrincipal() instanceof SignedInUser user
                  && !SignInIds.timeOf(user.signIn()).isAfter(entry.at())) {
                sessions.deleteById(id);
              }
            });
  }
}
