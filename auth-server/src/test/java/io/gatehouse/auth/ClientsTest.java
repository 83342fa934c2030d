package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that an ADMIN manages: who may, what is taken, and what is told. */
class ClientsTest extends ManagedClientsTest {
  @Test
  void change_isSeenAtOnce_andGuardedByItsVersion() {
    var admin = admin();
    var client = created(admin.post("/api/clients", SERVICE));
    var renamed = SERVICE.replace("Reports", "Figures").replace(",\"users.read\"", "");

    var answer = admin.put(path(client), renamed, "If-Match", "\"1\"");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().firstValue("ETag")).hasValue("\"2\"");
    assertThat(text(JSON.readTree(answer.body()), "name")).isEqualTo("Figures");
    assertThat(claims(Tokens.of(token(client)).access())).containsEntry("scope", "orders.read");
    assertError(admin.put(path(client), renamed, "If-Match", "\"1\""), 412, "VERSION_MISMATCH");
    assertError(admin.delete(path(client), "If-Match", "\"1\""), 412, "VERSION_MISMATCH");
    assertError(
        admin.post(path(client) + "/secret", null, "If-Match", "\"1\""), 412, "VERSION_MISMATCH");
    assertThat(admin.get(path(client), "If-None-Match", "\"2\"").statusCode()).isEqualTo(304);
  }

  @Test
  void client_sentBackAsItWasRead_isNoFault() {
    var admin = admin();
    var client = admin.post("/api/clients", SERVICE).body();

    var answer = admin.put(path(JSON.readTree(client)), client);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  @Test
  void twentyChangesAtOnce_areDoneOneByOne() {
    var admin = admin();
    var client = created(admin.post("/api/clients", SERVICE));

    var answers = Parallel.run(20, () -> admin.put(path(client), SERVICE, "If-Match", "\"1\""));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 412).hasSize(19);
  }

  @Test
  void clientOfConfiguration_isListed_andRefusedForChange() {
    var admin = admin();

    var console = JSON.readTree(admin.get("/api/clients/console").body());
    assertThat(console.path("managed").asBoolean(true)).isFalse();
    assertThat(console.path("public").asBoolean()).isTrue();
    assertThat(text(console, "name")).isEqualTo("Gatehouse Console");

    assertError(admin.put("/api/clients/console", WEBSITE), 409, "CONFLICT");
    assertError(admin.put("/api/clients/console", "{\"name\":\"\"}"), 409, "CONFLICT");
    assertError(admin.delete("/api/clients/shop"), 409, "CONFLICT");
    assertError(admin.post("/api/clients/shop/secret", "{}"), 409, "CONFLICT");
    assertThat(
            program()
                .withBasic("shop", "shop-secret")
                .post("/oauth2/token", CLIENT_CREDENTIALS)
                .body())
        .contains("unauthorized_client");
  }

  @Test
  void list_hasEveryClientOnce_pageByPage() {
    var admin = admin();
    var made = new HashSet<String>();
    for (var i = 0; i < 5; i++) {
      made.add(text(created(admin.post("/api/clients", SERVICE)), "id"));
    }

    var seen = new ArrayList<String>();
    @Nullable String cursor = null;
    do {
      var path = "/api/clients?limit=2" + (cursor == null ? "" : "&cursor=" + cursor);
      var page = JSON.readTree(admin.get(path).body());
      assertThat(page.path("items").size()).isLessThanOrEqualTo(2);
      page.path("items").forEach(client -> seen.add(text(client, "id")));
      cursor = page.path("next").isNull() ? null : text(page, "next");
    } while (cursor != null);

    assertThat(seen).doesNotHaveDuplicates().containsAll(made).contains("console", "cli", "shop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"limit=0", "limit=101", "limit=x", "cursor=x", "cursor=AAAA", "q=1"})
  void list_withAWrongParameter_isRefused(String query) {
    assertError(admin().get("/api/clients?" + query), 400, "VALIDATION_ERROR");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\":\"\",\"grants\":[\"client_credentials\"]} | name",
        "{\"name\":\"a\\nb\",\"grants\":[\"client_credentials\"]} | name",
        "{\"grants\":[\"client_credentials\"]} | name",
        "{\"name\":\"x\",\"grants\":[]} | grants",
        "{\"name\":\"x\",\"grants\":[\"password\"]} | grants[0]",
        "{\"name\":\"x\",\"grants\":[\"implicit\"]} | grants[0]",
        "{\"name\":\"x\",\"grants\":[\"refresh_token\"]} | grants",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\",\"client_credentials\"]} | grants",
        "{\"name\":\"x\",\"public\":true,\"grants\":[\"client_credentials\"]} | grants",
        "{\"name\":\"x\"} | redirectUris",
        "{\"name\":\"x\",\"redirectUris\":[\"http://shop.example.com/\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[\"https://a.example/#f\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[\"https://u@a.example/\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[\"javascript:alert(1)\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[\"data:text/html,x\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[\"/back\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[\"https://a.example/ b\"]} | redirectUris[0]",
        "{\"name\":\"x\",\"redirectUris\":[null]} | redirectUris[0]",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"scopes\":[\"internal\"]} | scopes[0]",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"scopes\":[\"a\"]} | scopes[0]",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"firstParty\":true} | firstParty",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"mayIntrospect\":true} | mayIntrospect",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"public\":\"no\"} | public",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"jwks\":{\"keys\":[]}} | jwks",
        "{\"name\":\"x\",\"grants\":[\"client_credentials\"],\"jwks\":\"https://a.example\"} | jwks"
      })
  void registration_thatBreaksARule_namesTheField(String body, String field) {
    var answer = admin().post("/api/clients", body);

    assertError(answer, 400, "VALIDATION_ERROR");
    assertThat(fields(answer)).as(answer.body()).containsExactly(field);
  }

  private static List<String> fields(HttpResponse<String> answer) {
    return JSON.readTree(answer.body())
        .at("/error/details")
        .valueStream()
        .map(problem -> problem.path("field").asString(""))
        .toList();
  }

  @Test
  void registration_thatBreaksManyRules_isToldAllAtOnce() {
    var answer =
        admin()
            .post(
                "/api/clients",
                """
                {"name":" ","grants":["magic"],"redirectUris":["x","https://a.example"],"scopes":["all"],
                 "x":1,"public":2}
                """);

    assertThat(fields(answer))
        .containsExactlyInAnyOrder(
            "name", "grants[0]", "redirectUris[0]", "scopes[0]", "x", "public");
  }

  @Test
  void registration_ofTooMuch_isRefused() {
    var uris = new StringBuilder();
    for (var i = 0; i < 21; i++) {
      uris.append(i == 0 ? "" : ",").append("\"https://a.example/").append(i).append('"');
    }
    var admin = admin();

    assertError(
        admin.post("/api/clients", "{\"name\":\"x\",\"redirectUris\":[" + uris + "]}"),
        400,
        "VALIDATION_ERROR");
    assertError(
        admin.post(
            "/api/clients",
            "{\"name\":\"%s\",\"grants\":[\"client_credentials\"]}".formatted("x".repeat(101))),
        400,
        "VALIDATION_ERROR");
    assertError(
        admin.post(
            "/api/clients",
            "{\"name\":\"x\",\"redirectUris\":[\"https://a.example/%s\"]}"
                .formatted("x".repeat(1_000))),
        400,
        "VALIDATION_ERROR");
    assertError(
        admin.post("/api/clients", "{\"name\":\"%s\"}".formatted("x".repeat(1_048_576))),
        413,
        "PAYLOAD_TOO_LARGE");
  }

  @Test
  void kindOfClient_cannotBeChanged() {
    var admin = admin();
    var client = created(admin.post("/api/clients", WEBSITE));

    var answer = admin.put(path(client), WEBSITE.replaceFirst("\\{", "{\"public\":true,"));

    assertError(answer, 400, "VALIDATION_ERROR");
    assertThat(fields(answer)).containsExactly("public");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{ | 400 | MALFORMED_REQUEST",
        "`` | 400 | MALFORMED_REQUEST",
        "[] | 400 | VALIDATION_ERROR",
        "{\"name\":\"a\",\"name\":\"b\"} | 400 | MALFORMED_REQUEST",
        "{\"name\":\"\\u0000\"} | 400 | MALFORMED_REQUEST"
      })
  void body_thatCannotBeRead_isRefused(String body, int status, String code) {
    assertError(admin().post("/api/clients", body), status, code);
  }

  @Test
  void httpsRules_holdAsEverywhere() {
    var admin = admin();

    var put = admin.put("/api/clients", "{}");
    assertError(put, 405, "METHOD_NOT_ALLOWED");
    assertThat(put.headers().firstValue("Allow").orElse("").split(", "))
        .containsExactlyInAnyOrder("GET", "HEAD", "POST");
    var type = admin.post("/api/clients", "a=b", "Content-Type", "text/plain");
    assertError(type, 415, "UNSUPPORTED_MEDIA_TYPE");
    assertThat(type.headers().firstValue("Accept")).hasValue("application/json");
    assertError(admin.get("/api/clients", "Accept", "text/csv"), 406, "NOT_ACCEPTABLE");
    assertError(admin.get("/api/clients", "Accept", "foo"), 406, "NOT_ACCEPTABLE");
    assertError(admin.get("/api/clients/"), 404, "NOT_FOUND");
    assertError(admin.get("/api/clients/nobody"), 404, "NOT_FOUND");
    assertError(admin.get("/api/clients/" + "x".repeat(2_000)), 404, "NOT_FOUND");
    assertError(admin.get("/api/clients/console?x=1"), 400, "VALIDATION_ERROR");
    assertError(admin.get("/api/clients/console", "If-Match", "x"), 400, "VALIDATION_ERROR");
  }

  @Test
  void nobodyButAnAdminPerson_byAPlatformsClient_manages() {
    var service = Tokens.of(demo().post("/oauth2/token", CLIENT_CREDENTIALS)).access();
    var user = tokens(USERS.account("USER")).access();
    var client = created(admin().post("/api/clients", WEBSITE));
    var adminByAnother = websiteTokens(client, USERS.account("USER", "ADMIN")).access();
    assertThat(claims(adminByAnother)).containsEntry("roles", List.of("USER", "ADMIN"));

    for (var token : List.of(service, user, adminByAnother)) {
      var caller = new ApiCaller(port, token);
      for (var answer :
          List.of(
              caller.get("/api/clients"),
              caller.get("/api/clients/console"),
              caller.post("/api/clients", SERVICE),
              caller.put(path(client), WEBSITE),
              caller.post(path(client) + "/secret", "{}"),
              caller.delete(path(client)))) {
        assertError(answer, 403, "FORBIDDEN");
      }
    }
    assertThat(admin().get(path(client)).statusCode()).isEqualTo(200);
  }

  @Test
  void adminWhoIsOneNoMore_isRefusedAtOnce() {
    var grace = USERS.account("ADMIN");
    var caller = new ApiCaller(port, tokens(grace).access());
    assertThat(caller.get("/api/clients").statusCode()).isEqualTo(200);

    USERS.changeRoles(grace, java.time.Instant.now(), "USER");
    await().atMost(Duration.ofSeconds(30)).until(() -> isRevoked("sub", grace.id()));

    assertError(caller.get("/api/clients"), 401, "TOKEN_REVOKED");
  }
}
