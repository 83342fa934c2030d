package io.gatehouse.users.accounts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.users.RunningService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each part of a unit of work is made to fail in the database: none of the others may stay. */
class UnitOfWorkTest extends RunningService {
  private static final List<String> TABLES =
      List.of("users", "credentials", "user_events", "revocations", "mails", "mail_links");

  @AfterEach
  void repair() {
    TABLES.forEach(table -> execute("drop trigger if exists broken on " + table));
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "credentials", "user_events", "mails"})
  void signUp_leavesNothing_whenOnePartFails(String table) {
    var before = contentsAtRest();
    fail(table);

    anyone().post("/api/users", signUpBody(newEmail())).isError(500, "INTERNAL_ERROR");

    assertThat(contents()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "user_events", "mails"})
  void change_leavesNothing_whenOnePartFails(String table) {
    var id = signedUp();
    asUser(id).get("/api/users/me").is(200);
    var before = contentsAtRest();
    fail(table);

    asUser(id)
        .put("/api/users/" + id, Map.of("email", newEmail(), "name", "Other"))
        .isError(500, "INTERNAL_ERROR");

    assertThat(contents()).isEqualTo(before);
    assertThat(asUser(id).get("/api/users/me").is(200).header("ETag")).isEqualTo("\"1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"credentials", "user_events", "revocations"})
  void passwordChange_leavesNothing_whenOnePartFails(String table) {
    var id = signedUp();
    var before = contentsAtRest();
    fail(table);

    asUser(id)
        .put(
            "/api/users/" + id + "/password",
            Map.of("current", PASSWORD, "new", "never-comes-to-be"))
        .isError(500, "INTERNAL_ERROR");

    assertThat(contents()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"users", "credentials", "user_events", "revocations"})
  void delete_leavesNothing_whenOnePartFails(String table) {
    var id = signedUp();
    var before = contentsAtRest();
    fail(table);

    asUser(id).delete("/api/users/" + id).isError(500, "INTERNAL_ERROR");

    assertThat(contents()).isEqualTo(before);
    asUser(id).get("/api/users/me").is(200);
  }

  @Test
  void everyChange_isPublished_withItsVersion() {
    var id = signedUp();
    asUser(id).put("/api/users/" + id, Map.of("email", newEmail(), "name", "Other")).is(200);
    asUser(id)
        .put(
            "/api/users/" + id + "/password", Map.of("current", PASSWORD, "new", "another-battery"))
        .is(204);
    asUser(id).delete("/api/users/" + id).is(204);

    assertThat(
            sql(
                "select type || ' ' || version from user_events where user_id = '"
                    + id
                    + "' order by position"))
        .containsExactly("UserRegistered 1", "UserChanged 2", "PasswordChanged 3", "UserDeleted 4");
  }

  private static void fail(String table) {
    execute(
        "create or replace function broken() returns trigger language plpgsql"
            + " as $$ begin raise exception 'broken for a test'; end $$");
    execute(
        "create trigger broken before insert or update or delete on "
            + table
            + " for each row execute function broken()");
  }

  /**
   * Once the mails of what was done before are sent, which changes their tables too. One that lost
   * its sender with a connection would rest for its lease's time, and go on in the middle of this.
   */
  private static List<String> contentsAtRest() {
    execute(
        "update mails set due = statement_timestamp() where due is not null and problem is null");
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> sql("select id from mails where due is not null and problem is null").isEmpty());
    return contents();
  }

  private static List<String> contents() {
    return TABLES.stream()
        .flatMap(
            table ->
                sql("select md5(string_agg(t::text, ';' order by t::text)) from " + table + " t")
                    .stream())
        .map(String::valueOf)
        .toList();
  }
}
