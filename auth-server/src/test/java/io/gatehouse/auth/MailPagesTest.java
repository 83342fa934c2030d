package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages that mails lead to. */
class MailPagesTest extends AuthServerTest {
  private static final String LINK = "Zm9yZ290dGVuLXBhc3N3b3JkLWxpbmstb2YtYS1tYWls";

  @Test
  void forgot_saysTheSameForAnyAddress_inTheBrowsersLanguage() {
    answer("/api/users/password-reset", 202, "{}");

    var answer =
        browser()
            .with("Accept-Language", "de")
            .submit("/forgot", "/forgot", Map.of("email", " ada@example.com "));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Wenn ein Konto diese Adresse hat");
    USERS.server.verify(
        postRequestedFor(urlPathEqualTo("/api/users/password-reset"))
            .withHeader("Accept-Language", equalTo("de"))
            .withRequestBody(equalToJson("{\"email\":\"ada@example.com\"}")));
  }

  @Test
  void forgot_withoutAnAddress_asksForOne() {
    answer("/api/users/password-reset", 400, refusal("VALIDATION_ERROR", "email"));

    var answer = browser().submit("/forgot", "/forgot", Map.of("email", "ada"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Jsoup.parse(answer.body()).select("#email-wrong").text())
        .isEqualTo("Must be a well-formed email address.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/reset", "/confirm", "/signup"})
  void lookingAtALink_usesNothingUp_andTellsNobody(String page) {
    var before = USERS.server.getAllServeEvents().size();

    var answer = browser().get(page + "?link=" + LINK);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(
            USERS.server.getAllServeEvents().stream()
                .limit(USERS.server.getAllServeEvents().size() - before)
                .filter(event -> event.getRequest().getUrl().contains("/internal/password"))
                .toList())
        .isEmpty();
    assertThat(browser().get(page + "?link=").statusCode()).isEqualTo(400);
  }

  @Test
  void reset_setsThePassword_andLeadsToSignIn() {
    answer("/internal/password-resets", 204, "");
    var browser = browser();

    var answer =
        browser.submit(
            "/reset?link=" + LINK, "/reset", Map.of("link", LINK, "password", "a-new-password"));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser.get(Browser.location(answer)).body()).contains("Your new password is set");
  }

  @Test
  void reset_keepsTheLink_whenThePasswordBreaksARule() {
    answer("/internal/password-resets", 400, refusal("VALIDATION_ERROR", "password"));

    var answer =
        browser()
            .submit("/reset?link=" + LINK, "/reset", Map.of("link", LINK, "password", "short"));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(Browser.field(answer.body(), "link")).isEqualTo(LINK);
    assertThat(answer.body()).doesNotContain("value=\"short\"");
  }

  @Test
  void finishedSignUp_leadsToSignIn_andItsLinkIsKept_whenThePasswordBreaksARule() {
    var form = Map.of("link", LINK, "password", "a-new-password");
    answer("/internal/sign-ups", 400, refusal("VALIDATION_ERROR", "password"));

    var refused = browser().submit("/signup?link=" + LINK, "/signup", form);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(Browser.field(refused.body(), "link")).isEqualTo(LINK);
    answer("/internal/sign-ups", 200, "{\"email\":\"ada@example.com\"}");
    var browser = browser();
    var answer = browser.submit("/signup?link=" + LINK, "/signup", form);
    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser.get(Browser.location(answer)).body()).contains("Your account is ready");
    USERS.server.verify(0, postRequestedFor(urlPathEqualTo("/api/users")));
  }

  @Test
  void usedLinkOfASignUp_isTold_asSuch() {
    answer("/internal/sign-ups", 422, refusal("LINK_NOT_VALID", "link"));

    var answer =
        browser()
            .submit(
                "/signup?link=" + LINK,
                "/signup",
                Map.of("link", LINK, "password", "a-new-password"));

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("This link does not work").contains("href=\"/signup\"");
  }

  @Test
  void usedLinks_areTold_asSuch() {
    answer("/internal/password-resets", 422, refusal("LINK_NOT_VALID", "link"));
    answer("/internal/address-confirmations", 422, refusal("LINK_NOT_VALID", "link"));

    for (var page : new String[] {"/reset", "/confirm"}) {
      var answer =
          browser()
              .submit(
                  page + "?link=" + LINK, page, Map.of("link", LINK, "password", "a-new-password"));

      assertThat(answer.statusCode()).isEqualTo(422);
      assertThat(answer.body()).contains("This link does not work").contains("href=\"/forgot\"");
    }
  }

  @Test
  void confirm_confirms_byItsButton() {
    answer("/internal/address-confirmations", 200, "{\"email\":\"ada@example.com\"}");

    var answer = browser().submit("/confirm?link=" + LINK, "/confirm", Map.of("link", LINK));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("Address confirmed");
    USERS.server.verify(
        postRequestedFor(urlPathEqualTo("/internal/address-confirmations"))
            .withoutHeader("Gatehouse-Signed-In"));
  }

  @Test
  void confirm_tellsWhoIsSignedInThere() {
    answer("/internal/address-confirmations", 200, "{\"email\":\"ada@example.com\"}");
    var ada = USERS.account("USER");

    signedIn(ada).submit("/confirm?link=" + LINK, "/confirm", Map.of("link", LINK));

    USERS.server.verify(
        postRequestedFor(urlPathEqualTo("/internal/address-confirmations"))
            .withHeader("Gatehouse-Signed-In", equalTo(ada.id())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/forgot", "/reset", "/confirm", "/signup"})
  void forms_ofOtherSites_areRefused(String page) {
    var form = Map.of("link", LINK, "password", "a-new-password", "email", "ada@example.com");

    assertThat(browser().post(page, form).statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/forgot", "/reset", "/confirm", "/signup"})
  void pages_say503_whileUserServiceIsAway(String page) {
    USERS.fail();
    var form = Map.of("link", LINK, "password", "a-new-password", "email", "ada@example.com");

    assertThat(browser().submit(page + "?link=" + LINK, page, form).statusCode()).isEqualTo(503);
  }

  @Test
  void links_areShown_asText() {
    var hostile = "\"><script>alert(1)</script>";
    for (var page : new String[] {"/reset", "/confirm", "/signup"}) {
      var answer = browser().get(page + "?" + Browser.encode(Map.of("link", hostile)));

      assertThat(Jsoup.parse(answer.body()).select("script")).isEmpty();
      assertThat(Browser.field(answer.body(), "link")).isEqualTo(hostile);
    }
  }

  private static void answer(String path, int status, String body) {
    USERS.server.stubFor(
        post(urlPathEqualTo(path))
            .willReturn(
                aResponse()
                    .withStatus(status)
                    .withHeader("Content-Type", "application/json")
                    .withBody(body)));
  }

  private static String refusal(String code, String field) {
    return """
    {"error":{"code":"%s","message":"x","requestId":"x",
     "details":[{"field":"%s","message":"is wrong"}]}}
    """
        .formatted(code, field);
  }
}
