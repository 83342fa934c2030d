package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a right is worth that its holder has no more, and what a program never does. */
class RightsTest extends RunningService {
  private static final Map<String, ?> NEW_PASSWORD = Map.of("new", "set-by-somebody-else");

  @Test
  void aProgram_setsNoPassword() {
    var id = signedUp();

    for (var body :
        List.of(NEW_PASSWORD, Map.of("current", PASSWORD, "new", "known-by-a-program"))) {
      asService().put("/api/users/" + id + "/password", body).isError(403, "FORBIDDEN");
    }

    assertThat(
            sql(
                "select 1 from user_events where type = 'PasswordChanged' and user_id = '"
                    + id
                    + "'"))
        .isEmpty();
  }

  @Test
  void aProgram_touchesNoAdmin_butOthers() {
    var admin = admin();
    var user = signedUp();
    var change = Map.of("email", newEmail(), "name", "Changed");

    asService().put("/api/users/" + admin, change).isError(403, "FORBIDDEN");
    asService().put("/api/users/" + admin, change, "If-Match", "\"7\"").isError(403, "FORBIDDEN");
    asService().delete("/api/users/" + admin).isError(403, "FORBIDDEN");
    asService().put("/api/users/" + user, change).is(200);
    asService().delete("/api/users/" + user).is(204);

    assertThat(asUser(admin).get("/api/users/me").is(200).header("ETag")).isEqualTo("\"1\"");
  }

  /** The token says ADMIN still: only the stored roles tell. */
  @Test
  void aDemotedAdmin_doesNothingMoreAsAdmin() {
    var demoted = admin();
    demote(demoted);
    var other = signedUp();

    refusesAdminsWork(as(TOKENS.admin(demoted)), demoted, other);
  }

  @Test
  void aDeletedAdmin_doesNothingMoreAsAdmin() {
    var deleted = admin();
    asUser(deleted).delete("/api/users/" + deleted).is(204);
    var other = signedUp();

    refusesAdminsWork(as(TOKENS.admin(deleted)), null, other);
  }

  private void refusesAdminsWork(Api former, String self, String other) {
    var roles = Map.of("email", newEmail(), "name", "Mallory", "roles", List.of("ADMIN"));
    if (self != null) {
      former.put("/api/users/" + self, roles).isError(403, "FORBIDDEN");
      former
          .put("/api/users/" + self, Map.of("email", newEmail(), "name", "Only the name"))
          .is(200);
    }
    former.put("/api/users/" + other, roles).isError(403, "FORBIDDEN");
    former
        .put("/api/users/" + other, Map.of("email", newEmail(), "name", "Mallory"))
        .isError(403, "FORBIDDEN");
    former.put("/api/users/" + other + "/password", NEW_PASSWORD).isError(403, "FORBIDDEN");
    former.delete("/api/users/" + other).isError(403, "FORBIDDEN");
    former
        .post(
            "/api/users",
            Map.of(
                "email", newEmail(), "name", "M", "password", PASSWORD, "roles", List.of("ADMIN")))
        .isError(403, "FORBIDDEN");

    assertThat(asUser(other).get("/api/users/me").is(200).header("ETag")).isEqualTo("\"1\"");
  }

  /** Its own promotion has begun, and waits for the row, when the demotion commits. */
  @Test
  void aDemotion_winsAgainstThePromotionThatWaitsForIt() throws SQLException {
    var admin = admin();
    try (var demotion = connection();
        var statement = demotion.createStatement()) {
      demotion.setAutoCommit(false);
      statement.execute("update users set roles = '{USER}' where id = '" + admin + "'");
      var promotion =
          as(TOKENS.admin(admin))
              .sendAsync(
                  "PUT",
                  "/api/users/" + admin,
                  Api.JSON.writeValueAsString(
                      Map.of("email", newEmail(), "name", "M", "roles", List.of("ADMIN"))));
      await()
          .atMost(Duration.ofSeconds(60))
          .until(
              () ->
                  !sql("select 1 from pg_stat_activity where wait_event_type = 'Lock'"
                          + " and query like '%update users set email%'"
                          + " and datname = current_database()")
                      .isEmpty());
      demotion.commit();

      promotion.orTimeout(60, TimeUnit.SECONDS).join().isError(403, "FORBIDDEN");
    }
    assertThat(sql("select roles from users where id = '" + admin + "'")).containsExactly("{USER}");
  }

  @Test
  void emailVerified_isIgnored_fromAnyone() {
    var id = signedUp();

    asUser(id)
        .put("/api/users/" + id, Map.of("email", newEmail(), "name", "N", "emailVerified", true))
        .is(200);
  }

  private String admin() {
    var id = signedUp();
    execute("update users set roles = '{ADMIN}' where id = '" + id + "'");
    return id;
  }

  private void demote(String id) {
    asAdmin()
        .put("/api/users/" + id, Map.of("email", newEmail(), "name", "D", "roles", List.of("USER")))
        .is(200);
  }
}
