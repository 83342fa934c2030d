package io.gatehouse.auth.revocations;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Ends sign-ins of browsers. Each leaves an entry in the set, so that a request that is under way
 * in such a browser meanwhile gets nothing that lasts; then its session goes.
 */
@Component
public class WebSignIns {
  private final WebSessions sessions;
  private final Revocations revocations;

  WebSignIns(WebSessions sessions, Revocations revocations) {
    this.sessions = sessions;
    this.revocations = revocations;
  }

  /** Signs the user out in the browser of this sign-in. */
  public void end(String user, UUID signIn) {
    revocations.addSignIn(signIn);
    sessions.end(user, session -> session.signIn().equals(signIn));
  }

  /** Signs the user out in every browser but that of one sign-in; in all when it is null. */
  public void endOthers(String user, @Nullable UUID kept) {
    sessions.end(
        user,
        session -> {
          if (session.signIn().equals(kept)) {
            return false;
          }
          revocations.addSignIn(session.signIn());
          return true;
        });
  }
}
