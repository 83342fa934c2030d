package io.gatehouse.users;

import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * Step-up (RFC 9470): whoever found a token, or renews a stolen one, neither takes the account over
 * by another address nor deletes it. A password is changed by whoever knows the one before.
 */
final class RecentSignIn {
  /** As the issuer's own pages ask for it. */
  static final Duration MAX_AGE = Duration.ofMinutes(5);

  /** Between the clocks of two machines, and for a page that was let through at the last moment. */
  private static final Duration LEEWAY = Duration.ofSeconds(15);

  private RecentSignIn() {}

  static boolean has(AccessToken caller) {
    return !caller.signedInAt().plus(MAX_AGE).plus(LEEWAY).isBefore(Instant.now());
  }

  /**
   * Passes when the caller acts on another's account, or signed in a short time ago.
   *
   * @throws ApiException UNAUTHENTICATED
   */
  static void require(AccessToken caller, UUID target) {
    if (caller.subject().equals(target.toString()) && !has(caller)) {
      throw missing();
    }
  }

  /** What the caller is told, and its client: to send the person to sign in again. */
  static ApiException missing() {
    return ApiException.of(
            ErrorCode.UNAUTHENTICATED,
            "This needs a sign-in that is not older than five minutes: sign in again")
        .withHeader(
            "WWW-Authenticate",
            "Bearer error=\"insufficient_user_authentication\","
                + " error_description=\"A more recent sign-in is needed\", max_age=\""
                + MAX_AGE.toSeconds()
                + "\"");
  }
}
