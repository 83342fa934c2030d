package io.gatehouse.auth.pages;

import io.gatehouse.auth.signin.ReturnTo;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Supplier;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * Step-up: what changes how an account is kept safe asks for a sign-in that is not older than five
 * minutes. Whoever finds an open browser, or a session that was stolen, stops here.
 */
@Component
class RecentSignIn {
  private static final Duration MAX_AGE = Duration.ofMinutes(5);

  private final Clock clock;

  RecentSignIn(Clock clock) {
    this.clock = clock;
  }

  /** The answer, or, after too long, the way to it by signing in again. */
  ResponseEntity<String> ask(
      SignedInUser user, String page, Supplier<ResponseEntity<String>> answer) {
    return isRecent(user)
        ? answer.get()
        : ResponseEntity.status(HttpStatus.SEE_OTHER)
            .location(URI.create(ReturnTo.signedInAnew(page, clock.instant()).signInUrl()))
            .build();
  }

  private boolean isRecent(SignedInUser user) {
    return !SignInIds.timeOf(user.signIn()).plus(MAX_AGE).isBefore(clock.instant());
  }
}
