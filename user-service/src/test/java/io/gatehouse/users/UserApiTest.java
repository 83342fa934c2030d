package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class UserApiTest extends RunningService {
  private static final String MICROSECONDS = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z";

  @Test
  void signUp_givesTheUser_withLocationTagAndTimesInMicroseconds() {
    var email = newEmail();

    var answer =
        anyone()
            .post(
                "/api/users",
                Map.of(
                    "email", email.toUpperCase(Locale.ROOT), "name", " Ada ", "password", PASSWORD))
            .is(201);

    var id = answer.text("/id");
    assertThat(UUID.fromString(id).version()).isEqualTo(7);
    assertThat(answer.header("Location")).isEqualTo("/api/users/" + id);
    assertThat(answer.header("ETag")).isEqualTo("\"1\"");
    assertThat(answer.json().propertyNames())
        .containsExactly(
            "id", "email", "name", "roles", "emailVerified", "version", "createdAt", "updatedAt");
    assertThat(answer.text("/email")).isEqualTo(email);
    assertThat(answer.text("/name")).isEqualTo("Ada");
    assertThat(answer.json().at("/roles").toString()).isEqualTo("[\"USER\"]");
    assertThat(answer.text("/createdAt")).matches(MICROSECONDS);
    assertThat(asUser(id).get("/api/users/me").is(200).json()).isEqualTo(answer.json());
  }

  @Test
  void signUp_isRefused_whenTheAddressIsTakenInAnotherCase() {
    var email = newEmail();
    signedUp(email);

    anyone()
        .post("/api/users", signUpBody(email.toUpperCase(Locale.ROOT)))
        .isError(409, "ALREADY_EXISTS");
  }

  @Test
  void read_gives304_onlyForTheTagItHas() {
    var id = signedUp();
    var path = "/api/users/" + id;

    assertThat(asUser(id).get(path, "If-None-Match", "\"1\"").is(304).header("ETag"))
        .isEqualTo("\"1\"");
    asUser(id).get(path, "If-None-Match", "\"7\", W/\"1\"").is(304);
    asUser(id).get(path, "If-None-Match", "*").is(304);
    asUser(id).get(path, "If-None-Match", "").is(200);
    asUser(id).get(path, "If-None-Match", "foo").isError(400, "VALIDATION_ERROR");
    asUser(id).get(path, "If-Match", "\"1\"").is(200);
    asUser(id).get(path, "If-Match", "\"2\"").isError(412, "VERSION_MISMATCH");
    assertThat(asUser(id).get(path, "If-None-Match", "\"2\"").is(200).header("ETag"))
        .isEqualTo("\"1\"");
  }

  @Test
  void change_makesTheNextVersion_andIgnoresWhatOnlyTheServerSets() {
    var id = signedUp();
    var email = newEmail();

    var changed =
        asUser(id)
            .put(
                "/api/users/" + id,
                Map.of(
                    "email", email, "name", "New Name", "id", "x", "version", 77, "createdAt", 0),
                "If-Match",
                "\"1\"")
            .is(200);

    assertThat(changed.header("ETag")).isEqualTo("\"2\"");
    assertThat(changed.text("/id")).isEqualTo(id);
    assertThat(changed.json().at("/version").asInt()).isEqualTo(2);
    assertThat(changed.text("/name")).isEqualTo("New Name");
    assertThat(changed.text("/updatedAt")).isGreaterThan(changed.text("/createdAt"));
    assertThat(asUser(id).get("/api/users/" + id).json()).isEqualTo(changed.json());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "\"2\"|412|VERSION_MISMATCH",
        "W/\"1\"|412|VERSION_MISMATCH",
        "\"x\"|412|VERSION_MISMATCH",
        "\"99999999999999999999\"|412|VERSION_MISMATCH",
        "one|400|VALIDATION_ERROR",
        "1|400|VALIDATION_ERROR",
        "\"1|400|VALIDATION_ERROR"
      })
  void change_isRefused_whenIfMatchNamesAnotherVersion(String tag, int status, String code) {
    var id = signedUp();
    var body = Map.of("email", newEmail(), "name", "Never");

    asUser(id).put("/api/users/" + id, body, "If-Match", tag).isError(status, code);
    asUser(id).delete("/api/users/" + id, "If-Match", tag).isError(status, code);
    asUser(id)
        .put(
            "/api/users/" + id + "/password",
            Map.of("current", PASSWORD, "new", "never-comes-to-be"),
            "If-Match",
            tag)
        .isError(status, code);

    assertThat(asUser(id).get("/api/users/me").text("/name")).isEqualTo("Test User");
    asUser(id)
        .put(
            "/api/users/" + id + "/password",
            Map.of("current", PASSWORD, "new", "another-battery"),
            "If-Match",
            "\"9\", \"1\"")
        .is(204);
  }

  @Test
  void change_isRefused_whenIfNoneMatchNamesTheVersionThatIsThere() {
    var id = signedUp();
    var body = Map.of("email", newEmail(), "name", "Never");

    for (var tag : List.of("\"1\"", "W/\"1\"", "*", "\"7\", \"1\"")) {
      asUser(id)
          .put("/api/users/" + id, body, "If-None-Match", tag)
          .isError(412, "VERSION_MISMATCH");
      asUser(id).delete("/api/users/" + id, "If-None-Match", tag).isError(412, "VERSION_MISMATCH");
    }

    asUser(id).put("/api/users/" + id, body, "If-None-Match", "\"2\"").is(200);
  }

  @Test
  void signUp_makesNoRoles_whenTheListOfThemIsEmpty() {
    var body = Map.of("email", newEmail(), "name", "N", "password", PASSWORD, "roles", List.of());

    assertThat(anyone().post("/api/users", body).is(201).json().at("/roles").toString())
        .isEqualTo("[\"USER\"]");
  }

  @Test
  void change_isDone_whenIfMatchListsTheVersionOrAny() {
    var id = signedUp();
    var body = Map.of("email", newEmail(), "name", "Some Name");

    asUser(id).put("/api/users/" + id, body, "If-Match", "\"9\", \"1\"").is(200);
    asUser(id).put("/api/users/" + id, body, "If-Match", "*").is(200);
    assertThat(asUser(id).put("/api/users/" + id, body).is(200).header("ETag")).isEqualTo("\"4\"");
  }

  @Test
  void change_isRefused_whenTheAddressBelongsToAnother() {
    var taken = newEmail();
    signedUp(taken);
    var id = signedUp();

    asUser(id)
        .put("/api/users/" + id, Map.of("email", taken, "name", "Thief"))
        .isError(409, "ALREADY_EXISTS");
    assertThat(asUser(id).get("/api/users/me").is(200).header("ETag")).isEqualTo("\"1\"");
  }

  @Test
  void delete_endsTheUser_andFreesTheAddress() {
    var email = newEmail();
    var id = signedUp(email);
    asUser(id).get("/api/users/" + id).is(200);

    asUser(id).delete("/api/users/" + id, "If-Match", "\"1\"").is(204);

    asAdmin().get("/api/users/" + id).isError(404, "NOT_FOUND");
    asAdmin().delete("/api/users/" + id).isError(404, "NOT_FOUND");
    asAdmin()
        .put("/api/users/" + id, Map.of("email", email, "name", "Ghost"))
        .isError(404, "NOT_FOUND");
    assertThat(signedUp(email)).isNotEqualTo(id);
  }

  @Test
  void list_givesEveryUserOnce_inPages() {
    var mine = IntStream.range(0, 5).mapToObj(_ -> signedUp()).toList();

    var seen = new ArrayList<String>();
    var cursor = "";
    for (var page = 0; page < 200 && cursor != null; page++) {
      var answer = asAdmin().get("/api/users?limit=7" + cursor).is(200).json();
      assertThat(answer.at("/items").size()).isBetween(1, 7);
      seen.addAll(ids(answer));
      cursor = answer.at("/next").isNull() ? null : "&cursor=" + answer.at("/next").asString();
    }

    assertThat(cursor).isNull();
    assertThat(seen).doesNotHaveDuplicates().isSorted().containsAll(mine);
  }

  @Test
  void list_givesTwentyByDefault() {
    IntStream.range(0, 21).forEach(i -> insert("many" + i + UUID.randomUUID() + "@example.com"));

    assertThat(asAdmin().get("/api/users").is(200).json().at("/items").size()).isEqualTo(20);
    assertThat(asService().get("/api/users?limit=1").is(200).json().at("/items").size())
        .isEqualTo(1);
  }

  @Test
  void list_filtersByExactAddress_inAnyCase() {
    var email = newEmail();
    var id = signedUp(email);

    var found = asAdmin().get("/api/users?email=" + email.toUpperCase(Locale.ROOT)).json();
    assertThat(ids(found)).containsExactly(id);
    assertThat(found.at("/next").isNull()).isTrue();
    assertThat(ids(asAdmin().get("/api/users?email=" + email.substring(1)).json())).isEmpty();
    assertThat(ids(asAdmin().get("/api/users?email=%25").json())).isEmpty();
  }

  @Test
  void list_givesTheUsersWithTheseIds_howeverMany() {
    var ids = IntStream.range(0, 25).mapToObj(_ -> insert(newEmail())).sorted().toList();
    var unknown = UUID.randomUUID().toString();

    var found =
        asService().get("/api/users?id=" + unknown + "," + String.join(",", ids)).is(200).json();

    assertThat(ids(found)).isEqualTo(ids);
    assertThat(found.at("/next").isNull()).isTrue();
  }

  @Test
  void passwordChange_letsOnlyTheNewPasswordIn() {
    var email = newEmail();
    var id = signedUp(email);
    var path = "/api/users/" + id + "/password";

    asUser(id)
        .put(path, Map.of("current", "not-the-password", "new", "another-battery"))
        .isError(422, "WRONG_PASSWORD");
    asUser(id).put(path, Map.of("new", "another-battery")).isError(400, "VALIDATION_ERROR");
    asUser(id).put(path, Map.of("current", PASSWORD, "new", "another-battery")).is(204);

    verify(email, PASSWORD).isError(401, "WRONG_CREDENTIALS");
    verify(email, "another-battery").is(200);
  }

  @Test
  void passwordChange_needsNoCurrentOne_whenAnAdminResetsAnothers() {
    var email = newEmail();
    var path = "/api/users/" + signedUp(email) + "/password";

    asAdmin()
        .put(path, Map.of("current", "wrong-password", "new", "reset-by-an-admin"))
        .isError(422, "WRONG_PASSWORD");
    asAdmin().put(path, Map.of("new", "reset-by-an-admin")).is(204);

    verify(email, "reset-by-an-admin").is(200);
  }

  @Test
  void clientWithoutUser_hasNoMe() {
    asService().get("/api/users/me").isError(404, "NOT_FOUND");
  }

  private Api.Answer verify(String email, String password) {
    return asService()
        .post("/internal/credentials/verification", Map.of("email", email, "password", password));
  }

  /** A user without password, for tests that need many. */
  private static String insert(String email) {
    return sql("insert into users (email, name, roles) values ('"
            + email
            + "', 'Test', '{USER}') returning id")
        .getFirst();
  }

  private static List<String> ids(JsonNode list) {
    return StreamSupport.stream(list.at("/items").spliterator(), false)
        .map(user -> user.at("/id").asString())
        .toList();
  }
}
