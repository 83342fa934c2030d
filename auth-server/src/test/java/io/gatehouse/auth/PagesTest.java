package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all pages have in common, and the attacks on them. */
class PagesTest extends AuthServerTest {

  @ParameterizedTest
  @ValueSource(strings = {"/signup", "/logout", "/nothing", "/oauth2/authorize?x=y"})
  void pages_cannotBeFramedOrScripted(String path) {
    var answer = browser().get(path);

    assertThat(answer.headers().firstValue("X-Frame-Options")).contains("DENY");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("frame-ancestors 'none'")
        .contains("default-src 'none'");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("no-store");
    assertThat(answer.body()).doesNotContain("<script").doesNotContain("style=");
  }

  @Test
  void pages_escapeWhatTheyShow() {
    var page = signedIn(USERS.account("USER")).get("/login");

    assertThat(page.body()).contains("Ada &lt;b&gt;Lovelace&lt;/b&gt;").doesNotContain("<b>");
  }

  @Test
  void sessionCookie_isKeptFromScriptsAndOtherSites() {
    var cookie = browser().get("/login").headers().firstValue("Set-Cookie").orElse("");

    assertThat(cookie).contains("HttpOnly").contains("SameSite=Lax");
  }

  @Test
  void stylesAndIcon_haveHashedNamesAndMayBeKeptForEver() {
    var types =
        Jsoup.parse(browser().get("/login").body()).select("link").eachAttr("href").stream()
            .map(
                link -> {
                  var asset = browser().get(link);
                  assertThat(asset.statusCode()).isEqualTo(200);
                  assertThat(asset.headers().firstValue("Cache-Control").orElse(""))
                      .contains("immutable")
                      .contains("max-age=31536000");
                  return asset.headers().firstValue("Content-Type").orElse("");
                });

    assertThat(types).containsExactly("text/css;charset=UTF-8", "image/svg+xml");
    assertThat(browser().get("/assets/auth-000000000000.css").statusCode()).isEqualTo(404);
  }

  @Test
  void redirects_neverFollowAForgedHost() {
    var answer =
        browser()
            .with("X-Forwarded-Host", "evil.example")
            .with("X-Forwarded-Proto", "https")
            .get(authorize(authorizationRequest()));

    assertThat(Browser.location(answer)).startsWith(PUBLIC_URL + "/login?continue=");
  }

  @Test
  void errors_areTheErrorBodyForPrograms_andAPageForPeople() {
    var program = program().with("X-Request-Id", "my-id.1").get("/nothing");
    assertThat(program.statusCode()).isEqualTo(404);
    assertThat(program.headers().firstValue("X-Request-Id")).contains("my-id.1");
    assertThat(JSON.readTree(program.body()).at("/error/code").asString("")).isEqualTo("NOT_FOUND");
    assertThat(JSON.readTree(program.body()).at("/error/requestId").asString(""))
        .isEqualTo("my-id.1");

    var person = browser().get("/nothing");
    assertThat(person.statusCode()).isEqualTo(404);
    assertThat(person.body()).startsWith("<!doctype html>");

    var method = program().send("DELETE", "/login");
    assertThat(method.statusCode()).isEqualTo(405);
    assertThat(JSON.readTree(method.body()).at("/error/code").asString(""))
        .isEqualTo("METHOD_NOT_ALLOWED");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/oauth2/device_verification",
        "/oauth2/register",
        "/connect/register",
        "/nothing"
      })
  void path_thatIsNot_is404_forReadingAndForPosting(String path) {
    var ada = signedIn(USERS.account("USER"));

    assertThat(ada.get(path + "?user_code=AAAA-BBBB").statusCode()).isEqualTo(404);
    assertThat(ada.post(path, Map.of("user_code", "AAAA-BBBB")).statusCode()).isEqualTo(404);
    assertThat(program().post(path, Map.of()).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/actuator", "/actuator/health", "/actuator/keys", "/actuator/env"})
  void actuator_isNotOnThisPort(String path) {
    assertThat(program().get(path).statusCode()).isEqualTo(404);
  }
}
