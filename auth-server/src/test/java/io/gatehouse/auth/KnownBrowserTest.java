package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.gatehouse.auth.StandInUsers.Account;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The secret by which a browser is known again to who signed in with it. */
class KnownBrowserTest extends AuthServerTest {
  private static final String CHECK = "/internal/credentials/verification";

  @Test
  void browserThatIsNew_getsASecret_whoseDigestIsTold() throws Exception {
    var ada = USERS.account("USER");
    answer(ada, "\"newBrowser\":true,");
    var browser = browser().with("Accept-Language", "de");

    var answer = signIn(browser, ada);

    var secret = browser.cookies().get("BROWSER");
    assertThat(secret).hasSize(43);
    assertThat(answer.headers().allValues("Set-Cookie"))
        .filteredOn(cookie -> cookie.startsWith("BROWSER="))
        .singleElement()
        .asString()
        .contains("Path=/login;", "HttpOnly", "SameSite=Lax", "Max-Age=34560000");
    assertThat(told().getHeader("Gatehouse-New-Browser")).isEqualTo(digest(secret));
    assertThat(told().containsHeader("Gatehouse-Browser")).isFalse();
    assertThat(told().getHeader("Accept-Language")).isEqualTo("de");
    assertThat(told().toString()).doesNotContain(secret);
  }

  @Test
  void browserThatIsKnown_keepsItsSecret() throws Exception {
    var ada = USERS.account("USER");
    var browser = browser();
    var secret = "s".repeat(43);
    browser.cookies().put("BROWSER", secret);

    signIn(browser, ada);

    assertThat(told().getHeader("Gatehouse-Browser")).isEqualTo(digest(secret));
    assertThat(browser.cookies()).containsEntry("BROWSER", secret);
  }

  @Test
  void cookieThatIsNoneOfOurs_isNone() {
    var ada = USERS.account("USER");
    answer(ada, "\"newBrowser\":true,");
    var browser = browser();
    browser.cookies().put("BROWSER", "x".repeat(44));

    signIn(browser, ada);

    assertThat(told().containsHeader("Gatehouse-Browser")).isFalse();
    assertThat(browser.cookies().get("BROWSER")).hasSize(43);
  }

  @Test
  void refusedSignIn_givesNoSecret() {
    var ada = USERS.account("USER");
    var browser = browser();

    browser.submit(
        "/login", "/login", java.util.Map.of("username", ada.email(), "password", "wrong"));

    assertThat(browser.cookies()).doesNotContainKey("BROWSER");
  }

  private static void answer(Account account, String more) {
    USERS.server.stubFor(
        WireMock.post(urlPathEqualTo(CHECK))
            .willReturn(
                okJson(
                    """
                    {%s"id":"%s","email":"%s","name":"Ada","roles":["USER"],"emailVerified":true}
                    """
                        .formatted(more, account.id(), account.email()))));
  }

  private static LoggedRequest told() {
    return USERS.server.getAllServeEvents().stream()
        .map(event -> event.getRequest())
        .filter(request -> request.getUrl().equals(CHECK))
        .findFirst()
        .orElseThrow();
  }

  private static String digest(String secret) throws Exception {
    var hash = MessageDigest.getInstance("SHA-256");
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(hash.digest(secret.getBytes(StandardCharsets.UTF_8)));
  }
}
