package io.gatehouse.auth.users;

import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.gatehouse.defaults.web.ApiException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** The access token that the authorization server signs for its own calls, renewed in time. */
@Component
class ServiceToken {
  private static final String SELF = "auth-server";
  private static final Duration TTL = Duration.ofMinutes(5);
  private static final Duration RENEWED_BEFORE_EXPIRY = Duration.ofMinutes(1);

  private final OwnTokens tokens;
  private final AccessTokenVerifier verifier;
  private final Clock clock;
  private volatile Issued current = new Issued("", Instant.MIN);

  ServiceToken(OwnTokens tokens, AccessTokenVerifier verifier, Clock clock) {
    this.tokens = tokens;
    this.verifier = verifier;
    this.clock = clock;
  }

  private record Issued(String token, Instant renewAt) {}

  String value() {
    var known = current;
    if (clock.instant().isBefore(known.renewAt()) && isGenuine(known)) {
      return known.token();
    }
    var fresh = issue();
    current = fresh;
    return fresh.token();
  }

  /** Its key may have been taken out of use since. */
  private boolean isGenuine(Issued known) {
    try {
      var _ = verifier.verify(known.token());
      return true;
    } catch (ApiException refused) {
      return false;
    }
  }

  private Issued issue() {
    var renewAt = clock.instant().plus(TTL).minus(RENEWED_BEFORE_EXPIRY);
    var token =
        tokens.sign(
            SELF,
            TTL,
            claims ->
                claims
                    .subject(SELF)
                    .claim("scope", "internal users.read users.write")
                    .claim("roles", List.of("SERVICE")));
    return new Issued(token, renewAt);
  }
}
