package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.put;
import static com.github.tomakehurst.wiremock.client.WireMock.putRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.stubbing.Scenario;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The account pages, and the attacks on them. */
class AccountTest extends AccountPagesTest {
  @Test
  void account_withoutASignIn_leadsToTheFormAndBack() {
    var ada = account();
    var browser = browser();

    var form = Browser.location(browser.get("/account"));
    var answer =
        browser.submit(
            form.substring(PUBLIC_URL.length()),
            "/login",
            Map.of(
                "username", ada.email(),
                "password", StandInUsers.PASSWORD,
                "continue", String.valueOf(Browser.parameter(form, "continue"))));

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/account");
    assertThat(browser.get("/account").statusCode()).isEqualTo(200);
  }

  @Test
  void account_showsNameAndAddress_asText_andTheWayToEveryChange() {
    var page = page(signedIn(account()).get("/account"));

    assertThat(page.select("dd").eachText()).contains(NAME);
    assertThat(page.select("img")).isEmpty();
    assertThat(page.select("main a").eachAttr("href"))
        .containsExactly(
            "/account/name",
            "/account/email",
            "/account/password",
            "/account/passkeys",
            "/account/sign-ins",
            "/logout",
            "/account/deletion");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/name", "/email", "/password", "/sign-ins", "/passkeys", "/deletion"})
  void pages_cannotBeFramedOrScripted_andAreNotKept(String page) {
    var answer = signedIn(account()).get("/account" + page);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'")
        .doesNotContain("script-src");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(answer.body()).doesNotContain("<script").doesNotContain("style=");
  }

  @Test
  void typedPassword_withoutASignIn_getsIntoNoAddress() {
    var answer =
        browser()
            .submit(
                "/login",
                "/account/password",
                Map.of("current", "top-secret-current", "new", "top-secret-new"));

    var wanted = String.valueOf(Browser.parameter(Browser.location(answer), "continue"));
    assertThat(new String(Base64.getUrlDecoder().decode(wanted), StandardCharsets.UTF_8))
        .isEqualTo("/account/password");
    assertThat(answer.headers().allValues("Set-Cookie").toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/name", "/email", "/password", "/sign-ins", "/passkeys", "/deletion"})
  void forms_withoutTheHiddenToken_are403(String page) {
    var browser = signedIn(account());
    browser.get("/account" + page);

    var answer =
        browser.post(
            "/account" + page, Map.of("sure", "yes", "sid", "others", "name", "x", "email", "x"));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertNothingChanged();
  }

  @Test
  void name_isChangedByThePersonsOwnRights() {
    var ada = account();
    USERS.server.stubFor(put(urlPathEqualTo("/api/users/" + ada.id())).willReturn(okJson("{}")));
    var browser = signedIn(ada);

    var answer = browser.submit("/account/name", "/account/name", Map.of("name", " Countess "));

    assertThat(Browser.location(answer)).endsWith("/account?name-changed");
    assertThat(page(browser.get("/account?name-changed")).select(".note").text())
        .isEqualTo("Your name is changed.");
    assertThat(page(browser.get("/login")).select("strong").text()).isEqualTo("Countess");
    var call = changes().getFirst();
    assertThat(JSON.readTree(call.getBodyAsString()))
        .isEqualTo(
            JSON.readTree("{\"email\":\"%s\",\"name\":\"Countess\"}".formatted(ada.email())));
    assertThat(call.getHeader("If-Match")).isEqualTo("\"7\"");
    var claims = claims(call.getHeader("Authorization").substring("Bearer ".length()));
    assertThat(claims)
        .containsEntry("sub", ada.id())
        .containsEntry("roles", List.of("USER"))
        .containsEntry("client_id", "account")
        .containsEntry("scope", "users.read users.write")
        .containsKey("sid");
  }

  @Test
  void name_changedByAnotherMeanwhile_isTriedOnceMore() {
    var ada = account();
    var path = urlPathEqualTo("/api/users/" + ada.id());
    USERS.server.stubFor(
        put(path)
            .inScenario("race")
            .whenScenarioStateIs(Scenario.STARTED)
            .willReturn(refusal(412, "VERSION_MISMATCH", ""))
            .willSetStateTo("lost"));
    USERS.server.stubFor(
        put(path).inScenario("race").whenScenarioStateIs("lost").willReturn(okJson("{}")));

    var answer = signedIn(ada).submit("/account/name", "/account/name", Map.of("name", "Countess"));

    assertThat(answer.statusCode()).isEqualTo(303);
    USERS.server.verify(2, putRequestedFor(path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name | 400 | VALIDATION_ERROR | must be visible | Must be visible.",
        "email | 400 | VALIDATION_ERROR | must be an <img> | Must be an <img>.",
        "email | 409 | ALREADY_EXISTS | x | An account with this email exists already.",
      })
  void change_thatIsRefused_saysWhatIsWrongAtItsField(
      String field, int status, String code, String rule, String said) {
    var ada = account();
    USERS.server.stubFor(
        put(urlPathEqualTo("/api/users/" + ada.id()))
            .willReturn(
                refusal(
                    status, code, "{\"field\":\"%s\",\"message\":\"%s\"}".formatted(field, rule))));
    var page = "/account/" + field;

    var answer = signedIn(ada).submit(page, page, Map.of(field, "<b>typed</b>"));

    assertThat(answer.statusCode()).isEqualTo(400);
    var shown = page(answer);
    assertThat(shown.select("#" + field + "-wrong").text()).isEqualTo(said);
    var input = shown.expectFirst("input#" + field);
    assertThat(input.attr("value")).isEqualTo("<b>typed</b>");
    assertThat(input.attr("aria-invalid")).isEqualTo("true");
    assertThat(input.attr("aria-describedby")).isEqualTo(field + "-wrong");
  }

  @Test
  void email_thatWaitsForItsLink_isToldAsWaiting() {
    var ada = account();
    USERS.server.stubFor(
        put(urlPathEqualTo("/api/users/" + ada.id()))
            .withRequestBody(
                equalToJson("{\"email\":\"new@example.com\",\"name\":%s}".formatted(quoted(NAME))))
            .willReturn(okJson("{}")));
    var browser = signedIn(ada);

    var answer =
        browser.submit("/account/email", "/account/email", Map.of("email", "new@example.com"));
    read(ada, ",\"pendingEmail\":\"new@example.com\"");

    assertThat(answer.statusCode()).isEqualTo(303);
    var page = page(browser.get("/account?email-changed"));
    assertThat(page.select(".note")).isEmpty();
    assertThat(page.select("dd.hint").text()).startsWith("We sent a mail to new@example.com.");
  }
}
