package io.gatehouse.users;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class UserAttackTest extends RunningService {
  private static final String UNKNOWN = "0190f3a1-0000-7000-8000-000000000000";

  @Test
  void someoneElsesUser_isForbidden_whetherItExistsOrNot() {
    var other = signedUp();
    var caller = asUser(signedUp());
    var body = Map.of("email", newEmail(), "name", "Mallory");
    var password = Map.of("current", PASSWORD, "new", "mallorys-password");

    for (var id : List.of(other, UNKNOWN)) {
      var path = "/api/users/" + id;
      caller.get(path).isError(403, "FORBIDDEN");
      caller.put(path, body).isError(403, "FORBIDDEN");
      caller.put(path + "/password", password).isError(403, "FORBIDDEN");
      caller.delete(path).isError(403, "FORBIDDEN");
    }
    asUser(other).get("/api/users/me").is(200);
  }

  /** Two people's tags may be equal: a browser that asked again would show one the other's. */
  @Test
  void ownUser_isKeptByNoBrowser_asItsAddressIsEverybodys() {
    var id = signedUp();
    var me = asUser(id).get("/api/users/me").is(200);

    assertThat(me.header("Cache-Control")).isEqualTo("private, no-cache, no-store");
    assertThat(asUser(signedUp()).get("/api/users/me").is(200).header("ETag"))
        .isEqualTo(me.header("ETag"));
    assertThat(asUser(id).get("/api/users/" + id).is(200).header("Cache-Control"))
        .isEqualTo("no-cache, private");
  }

  @Test
  void list_isForbidden_toUsers() {
    var caller = asUser(signedUp());

    caller.get("/api/users").isError(403, "FORBIDDEN");
    caller.get("/api/users?email=ada@example.com").isError(403, "FORBIDDEN");
    caller.get("/api/users?nonsense=1").isError(403, "FORBIDDEN");
  }

  @Test
  void roles_areForbidden_fromAnyoneButAnAdmin() {
    var id = signedUp();
    var change = Map.of("email", newEmail(), "name", "Mallory", "roles", List.of("ADMIN"));
    var signUp =
        Map.of("email", newEmail(), "name", "M", "password", PASSWORD, "roles", List.of("ADMIN"));

    asUser(id).put("/api/users/" + id, change).isError(403, "FORBIDDEN");
    asUser(id).put("/api/users/" + id, Map.of("roles", "ADMIN")).isError(403, "FORBIDDEN");
    asService().put("/api/users/" + id, change).isError(403, "FORBIDDEN");
    anyone().post("/api/users", signUp).isError(403, "FORBIDDEN");
    asUser(id).post("/api/users", signUp).isError(403, "FORBIDDEN");
    asService().post("/api/users", signUp).isError(403, "FORBIDDEN");

    assertThat(asUser(id).get("/api/users/me").json().at("/roles").toString())
        .isEqualTo("[\"USER\"]");
    assertThat(asAdmin().put("/api/users/" + id, change).is(200).json().at("/roles").toString())
        .isEqualTo("[\"ADMIN\"]");
    assertThat(asAdmin().post("/api/users", signUp).is(201).json().at("/roles").toString())
        .isEqualTo("[\"ADMIN\"]");
  }

  @Test
  void call_isForbidden_withoutItsScope() {
    var id = signedUp();
    var reader = scoped(id, "users.read orders.read orders.write");
    var writer = scoped(id, "users.write openid");
    var body = Map.of("email", newEmail(), "name", "Name");

    for (var path : List.of("/api/users/me", "/api/users/" + id, "/api/users")) {
      assertThat(writer.get(path).isError(403, "FORBIDDEN").header("WWW-Authenticate"))
          .isEqualTo("Bearer error=\"insufficient_scope\", scope=\"users.read\"");
    }
    reader.put("/api/users/" + id, body).isError(403, "FORBIDDEN");
    reader.put("/api/users/" + id + "/password", Map.of("new", "x")).isError(403, "FORBIDDEN");
    reader.delete("/api/users/" + id).isError(403, "FORBIDDEN");
    reader.post("/api/users", signUpBody(newEmail())).isError(403, "FORBIDDEN");
  }

  @Test
  void everyPathButSignUp_asksForAToken() {
    for (var path :
        List.of(
            "/api/users",
            "/api/users/me",
            "/api/users/" + UNKNOWN,
            "/feed",
            "/internal/revocations",
            "/internal/users/" + UNKNOWN)) {
      anyone().get(path).isError(401, "UNAUTHENTICATED");
    }
    anyone()
        .send("POST", "/internal/credentials/verification", "{}")
        .isError(401, "UNAUTHENTICATED");
    anyone().send("POST", "/api/users/", "{}").isError(401, "UNAUTHENTICATED");
    as("not.a.token").post("/api/users", signUpBody(newEmail())).isError(401, "UNAUTHENTICATED");
  }

  @Test
  void internalCalls_areForbidden_withoutTheInternalScope() {
    for (var path : List.of("/feed", "/internal/revocations", "/internal/users/" + UNKNOWN)) {
      asAdmin().get(path).isError(403, "FORBIDDEN");
    }
    asAdmin()
        .post("/internal/credentials/verification", Map.of("email", "a@b.c", "password", "x"))
        .isError(403, "FORBIDDEN");
  }

  @Test
  void tamperedCursor_isRefused_inEveryCharacter() {
    IntStream.range(0, 2).forEach(_ -> signedUp());
    var cursor = asAdmin().get("/api/users?limit=1").is(200).text("/next");
    asAdmin().get("/api/users?cursor=" + cursor).is(200);

    for (var i = 0; i < cursor.length(); i++) {
      var other = cursor.charAt(i) == 'A' ? 'B' : 'A';
      var tampered = cursor.substring(0, i) + other + cursor.substring(i + 1);
      asAdmin().get("/api/users?cursor=" + tampered).isError(400, "VALIDATION_ERROR");
    }
    asAdmin().get("/api/users?cursor=").isError(400, "VALIDATION_ERROR");
    asAdmin().get("/api/users?cursor=" + cursor + "%3D").isError(400, "VALIDATION_ERROR");
  }

  @ParameterizedTest
  @CsvSource({
    "limit=0, limit",
    "limit=101, limit",
    "limit=-1, limit",
    "limit=1e1, limit",
    "limit=, limit",
    "limit=99999999999999999999, limit",
    "limit=1&limit=2, limit",
    "cursor=%27%3B%20drop%20table%20users%3B--, cursor",
    "id=%27%20or%201%3D1--, id",
    "id=, id",
    "id=1-1-1-1-1, id",
    "nonsense=1, nonsense",
    "email=a%40b.c&id=0190f3a1-0000-7000-8000-000000000000, id"
  })
  void list_refusesBrokenParameters_byName(String query, String field) {
    var error = asAdmin().get("/api/users?" + query).isError(400, "VALIDATION_ERROR");

    assertThat(fields(error.json())).containsExactly(field);
  }

  @Test
  void list_refusesMoreThanAHundredIds() {
    var ids = IntStream.range(0, 101).mapToObj(_ -> UUID.randomUUID().toString()).toList();

    asAdmin().get("/api/users?id=" + String.join(",", ids)).isError(400, "VALIDATION_ERROR");
    asAdmin().get("/api/users?id=" + String.join(",", ids.subList(0, 100))).is(200);
  }

  @Test
  void sqlInAFilter_isOnlyText() {
    var found = asAdmin().get("/api/users?email=%27%20or%20%271%27%3D%271").is(200).json();

    assertThat(found.at("/items").size()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "%27", "0190f3a1-0000-7000-8000-00000000000g", "1-1-1-1-1", "null"})
  void badId_isMalformed(String id) {
    asAdmin().get("/api/users/" + id).isError(400, "MALFORMED_REQUEST");
    asAdmin().delete("/api/users/" + id).isError(400, "MALFORMED_REQUEST");
    asUser(UNKNOWN).get("/api/users/" + id).isError(400, "MALFORMED_REQUEST");
  }

  @Test
  void signUp_listsEveryBrokenRule() {
    var body = Map.of("email", "no-address", "name", "  ", "password", "short", "nickname", "x");

    var error = anyone().post("/api/users", body).isError(400, "VALIDATION_ERROR");
    assertThat(fields(error.json()))
        .containsExactlyInAnyOrder("email", "name", "password", "nickname");
    assertThat(error.response().body()).doesNotContain("short");

    var missing = anyone().post("/api/users", Map.of()).isError(400, "VALIDATION_ERROR");
    assertThat(fields(missing.json())).containsExactlyInAnyOrder("email", "name", "password");
  }

  @Test
  void passwordChange_listsEveryBrokenRule_byTheNamesInTheBody() {
    var id = signedUp();
    var path = "/api/users/" + id + "/password";

    var nothing = asUser(id).put(path, Map.of()).isError(400, "VALIDATION_ERROR");
    assertThat(fields(nothing.json())).containsExactlyInAnyOrder("current", "new");
    var broken =
        asUser(id)
            .put(path, Map.of("current", 1, "new", "short", "old", "x"))
            .isError(400, "VALIDATION_ERROR");
    assertThat(fields(broken.json())).containsExactlyInAnyOrder("current", "new", "old");
    var mistyped = asAdmin().put(path, Map.of("new", 7)).isError(400, "VALIDATION_ERROR");
    assertThat(fields(mistyped.json())).containsExactly("new");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a@",
        "@b.c",
        "a b@example.com",
        "a@b@example.com",
        "\u00e4@example.com",
        "a\u2028@example.com",
        " a@example.com",
        ""
      })
  void signUp_refusesWhatIsNoAddress(String email) {
    var error = anyone().post("/api/users", signUpBody(email)).isError(400, "VALIDATION_ERROR");

    assertThat(fields(error.json())).containsOnly("email");
  }

  @Test
  void signUp_keepsTheLimits_inCharacters() {
    signUp("x".repeat(100), "p".repeat(128)).is(201);
    signUp("\ud83d\ude00".repeat(100), "\ud83d\ude00".repeat(12)).is(201);
    signUp("x".repeat(101), PASSWORD).isError(400, "VALIDATION_ERROR");
    signUp("a\nb", PASSWORD).isError(400, "VALIDATION_ERROR");
    signUp("x", "p".repeat(129)).isError(400, "VALIDATION_ERROR");
    signUp("x", "p".repeat(11)).isError(400, "VALIDATION_ERROR");
    var domain = "@" + ("d".repeat(60) + ".").repeat(3) + "example.com";
    anyone().post("/api/users", signUpBody("a" + domain)).is(201);
    anyone()
        .post("/api/users", signUpBody("a".repeat(64) + "x" + domain))
        .isError(400, "VALIDATION_ERROR");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{\"email\":\"a@b.c\",\"email\":\"d@e.f\"}",
        "{\"email\":\"a\\u0000@b.c\"}",
        "{\"name\":\"\\ud800\"}"
      })
  void signUp_refusesAsMalformed_whatIsNoCleanJson(String body) {
    anyone().send("POST", "/api/users", body).isError(400, "MALFORMED_REQUEST");
  }

  @Test
  void wrongMethodOrType_isRefusedAsHttpSays() {
    var id = signedUp();

    assertThat(
            asAdmin()
                .send("PATCH", "/api/users/" + id, "{}")
                .isError(405, "METHOD_NOT_ALLOWED")
                .header("Allow"))
        .isEqualTo("DELETE, GET, HEAD, PUT");
    asAdmin().send("POST", "/api/users/me", "{}").isError(405, "METHOD_NOT_ALLOWED");
    asAdmin()
        .send("POST", "/api/users", "<user/>", "Content-Type", "application/xml")
        .isError(415, "UNSUPPORTED_MEDIA_TYPE");
    asAdmin().get("/api/users/" + id, "Accept", "application/xml").isError(406, "NOT_ACCEPTABLE");
    asAdmin().get("/api/users/" + id + "/secrets").isError(404, "NOT_FOUND");
    asAdmin().get("/actuator/env").isError(404, "NOT_FOUND");
  }

  private Api.Answer signUp(String name, String password) {
    return anyone()
        .post("/api/users", Map.of("email", newEmail(), "name", name, "password", password));
  }

  private Api scoped(String subject, String scope) {
    return as(TOKENS.token(claims -> claims.subject(subject).claim("scope", scope)));
  }

  private static List<String> fields(JsonNode error) {
    return StreamSupport.stream(error.at("/error/details").spliterator(), false)
        .map(problem -> problem.at("/field").asString())
        .toList();
  }
}
