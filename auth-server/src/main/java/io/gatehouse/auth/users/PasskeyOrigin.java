package io.gatehouse.auth.users;

import java.time.Instant;
import org.springframework.http.HttpHeaders;

/**
 * By which user-service tells whether a passkey is its user's: a sign-in that ended added none.
 *
 * @param since when the sign-in began that added it
 * @param added when that was
 */
public record PasskeyOrigin(Instant since, Instant added) {
  void describe(HttpHeaders headers) {
    headers.set("Gatehouse-Passkey-Since", since.toString());
    headers.set("Gatehouse-Passkey-Added", added.toString());
  }
}
