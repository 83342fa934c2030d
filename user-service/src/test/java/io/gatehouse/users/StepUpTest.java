package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.TestTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A token whose sign-in is old: it was stolen perhaps, and is renewed again and again. */
class StepUpTest extends RunningService {
  private static final Duration OLD = Duration.ofMinutes(6);

  @Test
  void ownAddress_isChangedByWhoSignedInAShortTimeAgo() {
    var email = newEmail();
    var id = signedUp(email);
    var path = "/api/users/" + id;
    var wanted = Map.of("email", newEmail(), "name", "New Name");

    var refused = signedIn(id, OLD).put(path, wanted).isError(401, "UNAUTHENTICATED");

    assertThat(refused.header("WWW-Authenticate"))
        .contains("error=\"insufficient_user_authentication\"", "max_age=\"300\"");
    var user = signedIn(id, OLD).get(path).is(200);
    assertThat(user.text("/name")).isNotEqualTo("New Name");
    assertThat(user.json().has("pendingEmail")).isFalse();
    assertThat(sql("select kind from mails where user_id = '" + id + "' and about is not null"))
        .isEmpty();
    signedIn(id, Duration.ofMinutes(4)).put(path, wanted).is(200);
  }

  @Test
  void ownName_isChangedByWhoSignedInAtAnyTime() {
    var email = newEmail();
    var id = signedUp(email);

    signedIn(id, OLD).put("/api/users/" + id, Map.of("email", email, "name", "New Name")).is(200);
  }

  @Test
  void ownAccount_isDeletedByWhoSignedInAShortTimeAgo() {
    var id = signedUp();

    var refused = signedIn(id, OLD).delete("/api/users/" + id).isError(401, "UNAUTHENTICATED");

    assertThat(refused.header("WWW-Authenticate")).contains("insufficient_user_authentication");
    signedIn(id, OLD).get("/api/users/me").is(200);
    signedIn(id, Duration.ofMinutes(4)).delete("/api/users/" + id).is(204);
  }

  @Test
  void othersAccounts_areChangedByAdminsWhoSignedInAtAnyTime() {
    var id = signedUp();
    var admin =
        as(
            TOKENS.token(
                claims ->
                    claims
                        .subject(UUID.randomUUID().toString())
                        .claim("roles", java.util.List.of("USER", "ADMIN"))
                        .claim("sid", sid(OLD))));

    admin.put("/api/users/" + id, Map.of("email", newEmail(), "name", "N")).is(200);
    admin.delete("/api/users/" + id).is(204);
  }

  /** With a token that was made just now. */
  private Api signedIn(String id, Duration ago) {
    return as(TOKENS.token(claims -> claims.subject(id).claim("sid", sid(ago))));
  }

  private static String sid(Duration ago) {
    return TestTokens.idAt(Instant.now().minus(ago));
  }
}
