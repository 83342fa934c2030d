package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code /api/me/sign-ins}: where somebody is signed in, and the end of it. */
class SignInsTest extends SignInsFixture {
  @Test
  void list_tellsEverySignIn_newestFirst() {
    var ada = USERS.account("USER");
    var before = Instant.now().minusMillis(1);
    var first = tokens(signedIn(ada).with("User-Agent", "Phone/1.0"));
    var second = tokens(signedIn(ada).with("User-Agent", "Laptop/2.0"));

    var items = list(second);

    assertThat(items).hasSize(2);
    var newest = items.getFirst();
    assertThat(newest.propertyNames())
        .containsExactlyInAnyOrder(
            "sid", "client", "startedAt", "lastUsedAt", "ip", "userAgent", "current");
    assertThat(newest.path("sid").asString()).isEqualTo(second.sid());
    assertThat(newest.path("client").asString()).isEqualTo("console");
    assertThat(newest.path("current").asBoolean()).isTrue();
    assertThat(newest.path("userAgent").asString()).isEqualTo("Laptop/2.0");
    assertThat(newest.path("ip").asString()).isEqualTo("127.0.0.1");
    assertThat(time(newest, "startedAt")).isBetween(before, time(newest, "lastUsedAt"));
    var older = items.getLast();
    assertThat(older.path("sid").asString()).isEqualTo(first.sid());
    assertThat(older.path("current").asBoolean()).isFalse();
    assertThat(older.path("userAgent").asString()).isEqualTo("Phone/1.0");
  }

  @Test
  void list_tellsTheAddressThatTheGatewayVerified() {
    var browser = signedIn(USERS.account("USER")).with("X-Forwarded-For", "203.0.113.7");

    assertThat(list(tokens(browser)).getFirst().path("ip").asString()).isEqualTo("203.0.113.7");
  }

  @Test
  void list_tellsWhenASignInWasRenewedLast() {
    var tokens = tokens(signedIn(USERS.account("USER")));
    var before = time(list(tokens).getFirst(), "lastUsedAt");

    var renewed = Tokens.of(refresh(tokens.refresh()));

    assertThat(time(list(renewed).getFirst(), "lastUsedAt")).isAfter(before);
  }

  @Test
  void list_ofManySignIns_goesOnByItsCursor() {
    var browser = signedIn(USERS.account("USER"));
    var sids = new ArrayList<String>();
    for (int i = 0; i < 5; i++) {
      sids.add(tokens(browser).sid());
    }
    var caller = tokens(browser);
    sids.add(caller.sid());

    var seen = new ArrayList<String>();
    var cursor = "";
    do {
      var page = read(call(caller).get(PATH + "?limit=4" + cursor));
      page.path("items").forEach(item -> seen.add(item.path("sid").asString()));
      cursor = page.path("next").isNull() ? "" : "&cursor=" + page.path("next").asString();
    } while (!cursor.isEmpty());

    assertThat(seen).containsExactlyInAnyOrderElementsOf(sids);
  }

  @Test
  void list_shortensAndCleansWhatAProgramSaysOfItself() {
    var browser = signedIn(USERS.account("USER"));
    var session = browser.cookies().get("SESSION");
    var program = "a\t\u0085b \u00ad<b>" + "x".repeat(4_000);
    var code =
        Wire.send(
                port,
                "GET %s HTTP/1.1\r\nCookie: SESSION=%s\r\nUser-Agent: %s\r\n"
                    .formatted(authorize(request(SCOPES)), session, program),
                new byte[0])
            .header("location");

    var tokens = Tokens.of(redeem(Objects.requireNonNull(Browser.parameter(code, "code"), code)));

    var said = list(tokens).getFirst().path("userAgent").asString();
    assertThat(said).startsWith("ab <b>xxx").hasSize(200);
  }

  @Test
  void list_leavesOutWhatWasGivenNothingYet() {
    var browser = signedIn(USERS.account("USER"));
    var caller = tokens(browser);
    browser.get(authorize(ThirdPartyTest.shopRequest()));
    var unused = code(browser);

    assertThat(list(caller)).hasSize(1);
    redeem(unused);
    assertThat(list(caller)).hasSize(2);
  }

  @Test
  void end_ofAnother_endsItsTokensAndItsBrowser() {
    var ada = USERS.account("USER");
    var phone = signedIn(ada);
    var stolen = tokens(phone);
    var laptop = signedIn(ada);
    var own = tokens(laptop);

    var answer = call(own).send("DELETE", PATH + "/" + stolen.sid());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertEnded(stolen);
    assertThat(isSignedIn(phone)).isFalse();
    assertGoesOn(own);
    assertThat(isSignedIn(laptop)).isTrue();
    assertThat(list(own)).hasSize(1);
  }

  @Test
  void end_ofAnother_makesACodeWorthlessThatItsBrowserHad() {
    var ada = USERS.account("USER");
    var phone = signedIn(ada);
    var stolen = tokens(phone);
    var code = code(phone);

    call(tokens(signedIn(ada))).send("DELETE", PATH + "/" + stolen.sid());

    assertRefused(redeem(code), 400, "invalid_grant");
  }

  @Test
  void end_ofAnotherClientInTheSameBrowser_leavesTheBrowserSignedIn() {
    var browser = signedIn(USERS.account("USER"));
    var other = tokens(browser);
    var own = tokens(browser);

    call(own).send("DELETE", PATH + "/" + other.sid());

    assertEnded(other);
    assertGoesOn(own);
    assertThat(isSignedIn(browser)).isTrue();
  }

  @Test
  void end_ofTheCurrentOne_endsItAndItsBrowser() {
    var browser = signedIn(USERS.account("USER"));
    var own = tokens(browser);

    var answer = call(own).send("DELETE", PATH + "/" + own.sid());

    assertThat(answer.statusCode()).isEqualTo(204);
    assertEnded(own);
    assertThat(isSignedIn(browser)).isFalse();
    assertError(call(own).get(PATH), 401, "TOKEN_REVOKED");
  }

  @Test
  void endOthers_endsAllButTheCurrentOneAndItsBrowser() {
    var ada = USERS.account("USER");
    var phone = signedIn(ada);
    var stolen = tokens(phone);
    var withoutTokens = signedIn(ada);
    var laptop = signedIn(ada);
    var beside = tokens(laptop);
    var own = tokens(laptop);

    assertThat(call(own).send("DELETE", PATH).statusCode()).isEqualTo(204);

    assertEnded(stolen);
    assertEnded(beside);
    assertThat(isSignedIn(phone)).isFalse();
    assertThat(isSignedIn(withoutTokens)).isFalse();
    assertGoesOn(own);
    assertThat(isSignedIn(laptop)).isTrue();
    assertThat(call(own).send("DELETE", PATH).statusCode()).isEqualTo(204);
    assertThat(list(own)).hasSize(1);
  }

  @Test
  void endOthers_leavesOtherPeopleAlone() {
    var others = signedIn(USERS.account("USER"));
    var tokens = tokens(others);

    call(tokens(signedIn(USERS.account("USER")))).send("DELETE", PATH);

    assertGoesOn(tokens);
    assertThat(isSignedIn(others)).isTrue();
  }

  @Test
  void end_ofSomebodyElses_isAnsweredAsOfAnUnknownOne() {
    var grace = signedIn(USERS.account("ADMIN"));
    var others = tokens(grace);
    var own = tokens(signedIn(USERS.account("USER")));

    var ofOthers = call(own).send("DELETE", PATH + "/" + others.sid());
    var ofNobody = call(own).send("DELETE", PATH + "/" + UUID.randomUUID());

    assertError(ofOthers, 404, "NOT_FOUND");
    assertError(ofNobody, 404, "NOT_FOUND");
    assertThat(message(ofOthers)).isEqualTo(message(ofNobody));
    assertGoesOn(others);
    assertThat(isSignedIn(grace)).isTrue();
  }

  @Test
  void call_ofAnAdmin_isAboutItsOwnSignInsOnly() {
    var others = tokens(signedIn(USERS.account("USER")));
    var admin = tokens(signedIn(USERS.account("ADMIN")));

    assertThat(list(admin)).hasSize(1);
    assertError(call(admin).send("DELETE", PATH + "/" + others.sid()), 404, "NOT_FOUND");
    assertGoesOn(others);
  }

  @Test
  void call_ofAService_isForbidden() {
    var token =
        JSON.readTree(demo().post("/oauth2/token", CLIENT_CREDENTIALS).body())
            .path("access_token")
            .asString("");
    var service = program().with("Authorization", "Bearer " + token);

    assertError(service.get(PATH), 403, "FORBIDDEN");
    assertError(service.send("DELETE", PATH), 403, "FORBIDDEN");
    assertError(service.send("DELETE", PATH + "/" + UUID.randomUUID()), 403, "FORBIDDEN");
  }

  @Test
  void call_withoutTheScope_isForbidden() {
    var browser = signedIn(USERS.account("USER"));
    var reader = tokens(browser, "openid users.read");
    var writer = tokens(browser, "openid users.write");

    assertError(call(reader).send("DELETE", PATH), 403, "FORBIDDEN");
    assertError(call(reader).send("DELETE", PATH + "/" + reader.sid()), 403, "FORBIDDEN");
    assertError(call(writer).get(PATH), 403, "FORBIDDEN");
    assertGoesOn(reader);
  }

  @Test
  void call_thatCannotBeMeant_isRefused() {
    var own = tokens(signedIn(USERS.account("USER")));

    assertError(call(own).send("DELETE", PATH + "/x"), 400, "MALFORMED_REQUEST");
    assertError(call(own).send("DELETE", PATH + "?sid=" + own.sid()), 400, "VALIDATION_ERROR");
    assertError(call(own).get(PATH + "?limit=0"), 400, "VALIDATION_ERROR");
    assertError(call(own).get(PATH + "?cursor=x"), 400, "VALIDATION_ERROR");
    assertError(call(own).get(PATH + "?user=x"), 400, "VALIDATION_ERROR");
    assertError(call(own).post(PATH, Map.of()), 405, "METHOD_NOT_ALLOWED");
    assertGoesOn(own);
  }

  private List<JsonNode> list(Tokens caller) {
    return read(call(caller).get(PATH)).path("items").valueStream().toList();
  }

  private static Instant time(JsonNode item, String name) {
    var text = item.path(name).asString();
    assertThat(text).matches("[0-9-]{10}T[0-9:]{8}\\.[0-9]{6}Z");
    return Instant.parse(text);
  }

  private static String message(HttpResponse<String> answer) {
    return JSON.readTree(answer.body()).at("/error/message").asString("");
  }
}
