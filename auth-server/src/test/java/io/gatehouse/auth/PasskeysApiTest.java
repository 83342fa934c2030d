package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;

/** {@code /api/me/passkeys} and its page: the caller's own are listed, renamed and removed. */
class PasskeysApiTest extends PasskeyPagesTest {
  @Test
  void api_listsAndRemovesTheCallersOwn() {
    var browser = signedIn(USERS.readableAccount());
    add(browser, "<b>My phone</b>");
    var own = tokens(browser);

    var item = list(own).getFirst();
    assertThat(item.propertyNames())
        .containsExactlyInAnyOrder("id", "name", "createdAt", "lastUsedAt");
    assertThat(item.path("name").asString()).isEqualTo("<b>My phone</b>");
    assertThat(item.path("lastUsedAt").isNull()).isTrue();
    use(browser());
    assertThat(list(own).getFirst().path("lastUsedAt").isString()).isTrue();

    var path = API + "/" + item.path("id").asString();
    var others = call(tokens(signedIn(USERS.readableAccount())));
    assertError(others.send("DELETE", path), 404, "NOT_FOUND");
    assertError(others.send("DELETE", API + "/" + UUID.randomUUID()), 404, "NOT_FOUND");
    assertError(others.send("DELETE", API + "/x"), 400, "MALFORMED_REQUEST");
    assertError(others.get(API + "?x=y"), 400, "VALIDATION_ERROR");
    assertThat(call(own).send("DELETE", path).statusCode()).isEqualTo(204);
    assertThat(list(own)).isEmpty();
  }

  @Test
  void passkey_isRenamed_byItsOwnerAlone() {
    var browser = signedIn(USERS.readableAccount());
    add(browser, "My phone");
    var own = tokens(browser);
    var id = list(own).getFirst().path("id").asString();
    var path = API + "/" + id;
    var others = signedIn(USERS.readableAccount());

    var renamed = call(own).sendJson("PUT", path, "{\"name\":\"My <b>key</b>\"}");

    assertThat(renamed.statusCode()).as(renamed.body()).isEqualTo(200);
    assertThat(JSON.readTree(renamed.body())).isEqualTo(list(own).getFirst());
    assertThat(list(own).getFirst().path("name").asString()).isEqualTo("My <b>key</b>");
    assertError(
        call(tokens(others)).sendJson("PUT", path, "{\"name\":\"Mine\"}"), 404, "NOT_FOUND");
    for (var name : List.of("", "a\\u202eb", "x".repeat(51))) {
      assertError(
          call(own).sendJson("PUT", path, "{\"name\":\"" + name + "\"}"), 400, "VALIDATION_ERROR");
    }
    others.submit(PAGE + "?add", PAGE, Map.of("rename", id, "name", "Mine"));
    assertThat(list(own).getFirst().path("name").asString()).isEqualTo("My <b>key</b>");
  }

  @Test
  void passkey_isRenamedOnThePage_butNotToWhatIsNoName() {
    var browser = signedIn(USERS.readableAccount());
    add(browser, "My phone");
    var id = list(tokens(browser)).getFirst().path("id").asString();

    var renamed = browser.submit(PAGE, PAGE, Map.of("rename", id, "name", " My key "));
    var refused = browser.submit(PAGE, PAGE, Map.of("rename", id, "name", " "));

    assertThat(Browser.location(renamed)).endsWith(PAGE + "?renamed");
    assertThat(browser.get(PAGE + "?renamed").body()).contains("The passkey has its new name.");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Jsoup.parse(refused.body()).select("h2").text()).isEqualTo("My key");
  }

  @Test
  void api_isForPeopleWithTheScopes() {
    var token =
        JSON.readTree(demo().post("/oauth2/token", CLIENT_CREDENTIALS).body())
            .path("access_token")
            .asString("");
    var service = program().with("Authorization", "Bearer " + token);
    var reader = call(tokens(USERS.readableAccount()));

    assertError(service.get(API), 403, "FORBIDDEN");
    assertError(service.send("DELETE", API + "/" + UUID.randomUUID()), 403, "FORBIDDEN");
    assertError(reader.send("DELETE", API + "/" + UUID.randomUUID()), 403, "FORBIDDEN");
    assertError(program().get(API), 401, "UNAUTHENTICATED");
  }
}
