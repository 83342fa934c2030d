package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signing up: what user-service answers becomes a page. */
class SignUpPageTest extends AuthServerTest {

  @Test
  void signUp_createsTheAccountAndLeadsToSignIn() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users")).willReturn(aResponse().withStatus(201)));

    var answer = signUp("ada@example.com");

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser().get(Browser.location(answer)).body()).contains("Your account is ready");
  }

  @Test
  void signUp_tellsTheLanguage_thatItsMailIsToHave() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users")).willReturn(aResponse().withStatus(201)));

    var form = Map.of("name", "Ada", "email", "ada@example.com", "password", StandInUsers.PASSWORD);
    browser().with("Accept-Language", "de").submit("/signup", "/signup", form);

    USERS.server.verify(
        postRequestedFor(urlPathEqualTo("/api/users"))
            .withHeader("Accept-Language", equalTo("de")));
  }

  @Test
  void signUp_refused_marksEachField() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users"))
            .willReturn(
                aResponse()
                    .withStatus(400)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"error":{"code":"VALIDATION_ERROR","message":"Invalid input data",
                         "details":[{"field":"email","message":"must be a well-formed email address"},
                                    {"field":"password","message":"size must be between 12 and 128"}],
                         "requestId":"x"}}
                        """)));

    var answer = signUp("nonsense");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body())
        .contains("Must be a well-formed email address.")
        .contains("Size must be between 12 and 128.")
        .contains("value=\"nonsense\"")
        .doesNotContain(StandInUsers.PASSWORD)
        .containsPattern("id=\"email\"[^>]* autofocus ")
        .containsOnlyOnce("autofocus");
  }

  @Test
  void signUp_ofATakenEmail_saysSo() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users"))
            .willReturn(
                aResponse()
                    .withStatus(409)
                    .withHeader("Content-Type", "application/json")
                    .withBody(
                        """
                        {"error":{"code":"ALREADY_EXISTS","message":"x","details":[],"requestId":"x"}}
                        """)));

    var answer = signUp("ada@example.com");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.body()).contains("An account with this email exists already.");
  }

  @Test
  void quietSignUp_saysTheSame_aboutAMail() {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users"))
            .willReturn(
                aResponse()
                    .withStatus(202)
                    .withHeader("Content-Type", "application/json")
                    .withBody("{}")));

    var answer = signUp("<b>ada@example.com");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body())
        .contains("We sent you a mail")
        .contains("&lt;b&gt;ada@example.com")
        .doesNotContain("<b>", "account is ready", StandInUsers.PASSWORD);
    assertThat(answer.headers().allValues("Set-Cookie"))
        .noneMatch(cookie -> cookie.contains("ada"));
  }

  @Test
  void signUp_whenUserServiceIsDown_isA503Page() {
    USERS.fail();

    assertThat(signUp("ada@example.com").statusCode()).isEqualTo(503);
  }

  private HttpResponse<String> signUp(String email) {
    return browser()
        .submit(
            "/signup",
            "/signup",
            Map.of("name", "Ada", "email", email, "password", StandInUsers.PASSWORD));
  }
}
