package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.delete;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What on the account pages ends something: a password, sign-ins, the account. */
class AccountEndsTest extends AccountPagesTest {
  @Test
  void password_changed_endsThisBrowserToo() {
    var ada = account();
    USERS.server.stubFor(
        put(urlPathEqualTo("/api/users/" + ada.id() + "/password"))
            .withRequestBody(
                equalToJson("{\"current\":\"old password\",\"new\":\"new password 12\"}"))
            .willReturn(aResponse().withStatus(204)));
    var browser = signedIn(ada);
    var tokens = Tokens.of(redeem(code(browser)));

    var answer =
        browser.submit(
            "/account/password",
            "/account/password",
            Map.of("current", "old password", "new", "new password 12"));

    assertThat(Browser.location(answer)).endsWith("/login?password-changed");
    assertThat(Browser.location(browser.get("/account"))).startsWith(PUBLIC_URL + "/login");
    assertThat(isActive(tokens.access())).isFalse();
  }

  @Test
  void password_withAWrongCurrentOne_isRefused_andNoneIsShownAgain() {
    var ada = account();
    USERS.server.stubFor(
        put(urlPathEqualTo("/api/users/" + ada.id() + "/password"))
            .willReturn(refusal(422, "WRONG_PASSWORD", "")));

    var answer =
        signedIn(ada)
            .submit(
                "/account/password",
                "/account/password",
                Map.of("current", "typed-current", "new", "typed-new-one"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(page(answer).select("#current-wrong").text())
        .isEqualTo("Is not right, or was tried too often.");
    assertThat(answer.body()).doesNotContain("typed-");
  }

  @Test
  void deletion_withoutTheSecondAnswer_deletesNothing() {
    var browser = signedIn(account());

    var answer = browser.submit("/account/deletion", "/account/deletion", Map.of());

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(page(answer).select("#sure-wrong").text()).isNotEmpty();
    assertNothingChanged();
    assertThat(browser.get("/account").statusCode()).isEqualTo(200);
  }

  @Test
  void deletion_withTheSecondAnswer_deletesAndSignsOut() {
    var ada = account();
    USERS.server.stubFor(
        delete(urlPathEqualTo("/api/users/" + ada.id())).willReturn(aResponse().withStatus(204)));
    var browser = signedIn(ada);

    var answer = browser.submit("/account/deletion", "/account/deletion", Map.of("sure", "yes"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(page(answer).select("h1").text()).isEqualTo("Your account is deleted");
    assertThat(changes()).hasSize(1);
    assertThat(Browser.location(browser.get("/account"))).startsWith(PUBLIC_URL + "/login");
  }

  @ParameterizedTest
  @CsvSource({"email, email", "password, new", "deletion, sure"})
  void change_byAnOldSignIn_asksForANewOne_andLeadsBack(String name, String field) {
    var ada = account();
    var browser = signedIn(ada);
    var csrf = Browser.csrf(browser.get("/account/" + name).body());
    age(ada, Duration.ofMinutes(6));
    var path = "/account/" + name;

    var asked = browser.get(path);
    var posted = browser.post(path, Map.of("_csrf", csrf, field, "yes"));

    assertThat(asked.statusCode()).isEqualTo(303);
    assertThat(posted.statusCode()).isEqualTo(303);
    assertNothingChanged();
    var form = Browser.location(posted);
    assertThat(page(browser.get(form)).select("h1").text()).isEqualTo("Sign in again");
    var answer =
        browser.submit(
            form,
            "/login",
            Map.of(
                "username", ada.email(),
                "password", StandInUsers.PASSWORD,
                "continue", String.valueOf(Browser.parameter(form, "continue"))));
    assertThat(Browser.location(answer)).startsWith(PUBLIC_URL + path);
    assertThat(browser.get(Browser.location(answer)).statusCode()).isEqualTo(200);
  }

  @Test
  void change_byAnOldSignIn_isNotPossibleByAForgedWayBack() {
    var ada = account();
    var browser = signedIn(ada);
    age(ada, Duration.ofMinutes(6));

    assertThat(browser.get("/account/password?signed_in_since=0").statusCode()).isEqualTo(303);
  }

  @Test
  void signIns_areShown_andEndOneByOne() {
    var ada = account();
    var phone = signedIn(ada).with("User-Agent", "<b>Phone</b>");
    var stolen = Tokens.of(redeem(code(phone)));
    var laptop = signedIn(ada);
    var own = Tokens.of(redeem(code(laptop)));

    var page = page(laptop.get("/account/sign-ins"));
    assertThat(page.select("ul.lines h2").eachText())
        .containsExactly("Gatehouse Console this browser", "Gatehouse Console");
    assertThat(page.select("ul.lines p.soft").eachText()).contains("<b>Phone</b>");
    var answer =
        laptop.submit("/account/sign-ins", "/account/sign-ins", Map.of("sid", stolen.sid()));

    assertThat(Browser.location(answer)).endsWith("/account/sign-ins?ended");
    assertThat(isActive(stolen.access())).isFalse();
    assertThat(Browser.location(phone.get("/account"))).startsWith(PUBLIC_URL + "/login");
    assertThat(isActive(own.access())).isTrue();
    assertThat(laptop.get("/account").statusCode()).isEqualTo(200);
  }

  @Test
  void signIns_ofOthers_endAtOnce_andThisBrowserGoesOn() {
    var ada = account();
    var phone = signedIn(ada);
    var stolen = Tokens.of(redeem(code(phone)));
    var laptop = signedIn(ada);
    var own = Tokens.of(redeem(code(laptop)));

    laptop.submit("/account/sign-ins", "/account/sign-ins", Map.of("sid", "others"));

    assertThat(isActive(stolen.access())).isFalse();
    assertThat(Browser.location(phone.get("/account"))).startsWith(PUBLIC_URL + "/login");
    assertThat(isActive(own.access())).isTrue();
    assertThat(laptop.get("/account").statusCode()).isEqualTo(200);
  }

  @Test
  void signIn_ofSomebodyElse_isNotEnded() {
    var others = Tokens.of(redeem(code(signedIn(account()))));

    signedIn(account())
        .submit("/account/sign-ins", "/account/sign-ins", Map.of("sid", others.sid()));

    assertThat(isActive(others.access())).isTrue();
  }

  @Test
  void account_whileUserServiceIsAway_saysSo() {
    var browser = signedIn(account());
    USERS.fail();

    assertThat(browser.get("/account").statusCode()).isEqualTo(503);
  }

  @Test
  void wellKnownChangePassword_leadsToTheForm() {
    var answer = browser().get("/.well-known/change-password");

    assertThat(answer.statusCode()).isEqualTo(302);
    assertThat(Browser.location(answer)).endsWith("/account/password");
  }
}
