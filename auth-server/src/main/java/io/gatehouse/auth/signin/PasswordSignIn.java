package io.gatehouse.auth.signin;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.BrowserCookie;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserServiceUnavailable;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.time.Clock;
import java.util.List;
import org.springframework.security.authentication.AuthenticationProvider;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/** Checks email and password at user-service, which alone knows hashes and lock-out. */
@Component
public class PasswordSignIn implements AuthenticationProvider {
  private static final int MAX_CHARS = 512;

  private final UserService users;
  private final Clock clock;

  PasswordSignIn(UserService users, Clock clock) {
    this.users = users;
    this.clock = clock;
  }

  @Override
  public Authentication authenticate(Authentication attempt) {
    var email = attempt.getName();
    var password = String.valueOf(attempt.getCredentials());
    if (email.length() > MAX_CHARS || password.length() > MAX_CHARS) {
      throw refused();
    }
    // Before the check: a sign-in that races with a change of the password counts as older.
    var signIn = SignInIds.at(clock.instant());
    var browser = BrowserCookie.ofRequest();
    try {
      var user =
          users.verify(email, password, browser.device()).orElseThrow(PasswordSignIn::refused);
      browser.know(user);
      Audit.record("sign-in", Outcome.ALLOWED, user.id(), null);
      var principal = new SignedInUser(user.id(), user.name(), signIn, SignedInUser.BY_PASSWORD);
      return UsernamePasswordAuthenticationToken.authenticated(principal, null, List.of());
    } catch (UserServiceUnavailable unavailable) {
      throw new AuthenticationServiceException("credentials cannot be checked now", unavailable);
    }
  }

  @Override
  public boolean supports(Class<?> type) {
    return UsernamePasswordAuthenticationToken.class.isAssignableFrom(type);
  }

  private static BadCredentialsException refused() {
    Audit.record("sign-in", Outcome.REFUSED, null, null);
    return new BadCredentialsException("wrong email or password");
  }
}
