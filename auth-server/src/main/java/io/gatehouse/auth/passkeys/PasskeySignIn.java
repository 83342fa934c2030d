package io.gatehouse.auth.passkeys;

import io.gatehouse.auth.Audit;
import io.gatehouse.auth.users.BrowserCookie;
import io.gatehouse.auth.users.SignInIds;
import io.gatehouse.auth.users.SignedInUser;
import io.gatehouse.auth.users.UserService;
import io.gatehouse.auth.users.UserServiceUnavailable;
import io.gatehouse.defaults.platform.SecurityEvents.Outcome;
import java.time.Clock;
import java.util.List;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Component;

/**
 * Signs a person in by a passkey. A locked password is no hindrance: nothing was guessed. Whether
 * the passkey is one of whoever had the account before its owner is user-service's to say, which
 * knows it before the endings come here.
 */
@Component
public class PasskeySignIn {
  private final Ceremonies ceremonies;
  private final UserService users;
  private final Passkeys passkeys;
  private final Clock clock;

  PasskeySignIn(Ceremonies ceremonies, UserService users, Passkeys passkeys, Clock clock) {
    this.ceremonies = ceremonies;
    this.users = users;
    this.passkeys = passkeys;
    this.clock = clock;
  }

  /**
   * Who signs in; {@code credential} is the browser's JSON.
   *
   * @throws BadCredentialsException when it is no passkey of ours, or answers not rightly
   * @throws AuthenticationServiceException when nobody can tell now
   */
  public Authentication authenticate(String credential) {
    var signIn = SignInIds.at(clock.instant());
    var used = ceremonies.use(credential).orElseThrow(PasskeySignIn::refused);
    var id = used.user();
    var browser = BrowserCookie.ofRequest();
    try {
      var user = users.find(id);
      if (user.isEmpty()) {
        passkeys.removeAll(id);
        throw refused();
      }
      browser.know(
          users
              .tellSignIn(id, browser.device(), used.origin())
              .orElseThrow(PasskeySignIn::refused));
      Audit.record("sign-in", Outcome.ALLOWED, id, null);
      var principal = new SignedInUser(id, user.get().name(), signIn, SignedInUser.BY_PASSKEY);
      return UsernamePasswordAuthenticationToken.authenticated(principal, null, List.of());
    } catch (UserServiceUnavailable unavailable) {
      throw new AuthenticationServiceException("the user cannot be read now", unavailable);
    }
  }

  private static BadCredentialsException refused() {
    Audit.record("sign-in", Outcome.REFUSED, null, null);
    return new BadCredentialsException("no passkey of ours");
  }
}
