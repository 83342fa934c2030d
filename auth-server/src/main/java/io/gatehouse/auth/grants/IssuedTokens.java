package io.gatehouse.auth.grants;

import io.gatehouse.auth.revocations.Revocations;
import io.gatehouse.defaults.tokens.AccessToken;
import io.gatehouse.defaults.tokens.AccessTokenVerifier;
import io.gatehouse.defaults.web.ApiException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Tells what a token string is: one of our access tokens in force, whoever it was issued to. */
@Component
class IssuedTokens {
  private final AccessTokenVerifier verifier;
  private final Revocations revocations;

  IssuedTokens(AccessTokenVerifier verifier, Revocations revocations) {
    this.verifier = verifier;
    this.revocations = revocations;
  }

  /** The access token, when it is genuine, unexpired and not revoked. */
  Optional<AccessToken> inForce(String token) {
    return genuine(token).filter(found -> !revocations.hits(found));
  }

  /** The access token, when it is genuine and unexpired. */
  Optional<AccessToken> genuine(String token) {
    try {
      return Optional.of(verifier.verify(token));
    } catch (ApiException invalid) {
      if (invalid.status() >= 500) {
        // Nobody can tell now; to call it invalid would make clients throw good tokens away.
        throw invalid;
      }
      return Optional.empty();
    }
  }
}
