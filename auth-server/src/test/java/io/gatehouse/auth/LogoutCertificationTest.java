package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** The foundation's list for RP-initiated logout. */
class LogoutCertificationTest extends CertificationTest {

  @TestFactory
  Stream<DynamicTest> logout() {
    var rows = new LinkedHashMap<String, Executable>();
    rows.put(
        "oidcc-rp-initiated-logout",
        () ->
            assertGoesTo(
                CONSOLE + "?state=s", leaving(CONSOLE, "state", "s", "id_token_hint", idHint())));
    rows.put(
        "oidcc-rp-initiated-logout-bad-post-logout-redirect-uri",
        () ->
            assertRefused(
                leaving("https://evil.example/", "id_token_hint", idHint()),
                400,
                "invalid_request"));
    rows.put(
        "oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri",
        () ->
            assertRefused(
                leaving(CONSOLE + "?foo=bar", "id_token_hint", idHint()), 400, "invalid_request"));
    rows.put(
        "oidcc-rp-initiated-logout-modified-id-token-hint",
        () ->
            assertRefused(
                leaving(CONSOLE, "id_token_hint", idHint().replaceAll("[^.]*$", "AAAA")),
                400,
                "invalid_request"));
    rows.put(
        "oidcc-rp-initiated-logout-bad-id-token-hint",
        () -> assertRefused(leaving(CONSOLE, "id_token_hint", "no.token"), 400, "invalid_request"));
    rows.put(
        "oidcc-rp-initiated-logout-no-state",
        () -> assertGoesTo(CONSOLE, leaving(CONSOLE, "id_token_hint", idHint())));
    rows.put("oidcc-rp-initiated-logout-no-id-token-hint", () -> assertAsksToSignOut(CONSOLE));
    rows.put("oidcc-rp-initiated-logout-no-params", () -> assertAsksToSignOut(null));
    rows.put("oidcc-rp-initiated-logout-only-state", () -> assertAsksToSignOut(null, "state", "s"));
    rows.put("oidcc-rp-initiated-logout-no-post-logout-redirect-uri", this::endsAtOurPage);
    return tests(rows);
  }

  private void assertAsksToSignOut(@Nullable String back, String... more) {
    var browser = signedIn(ada());
    var tokens = Tokens.of(redeem(code(browser)));
    var query = query(more);
    if (back != null) {
      query.put("client_id", "console");
      query.put("post_logout_redirect_uri", back);
    }

    var answer = browser.get("/connect/logout?" + Browser.encode(query));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(browser.get(Browser.location(answer)).body()).contains("Sign out?");
    assertThat(isActive(tokens.access())).isTrue();
  }

  private void endsAtOurPage() {
    var browser = signedIn(ada());
    var tokens = Tokens.of(redeem(code(browser)));

    var answer = browser.get("/connect/logout?id_token_hint=" + tokens.id());

    assertThat(Browser.location(answer)).startsWith(PUBLIC_URL + "/login");
    assertThat(isActive(tokens.access())).isFalse();
  }

  private HttpResponse<String> leaving(String back, String... more) {
    var query = query(more);
    query.put("post_logout_redirect_uri", back);
    return program().get("/connect/logout?" + Browser.encode(query));
  }

  private static Map<String, String> query(String... pairs) {
    var query = new LinkedHashMap<String, String>();
    for (var i = 0; i < pairs.length; i += 2) {
      query.put(pairs[i], pairs[i + 1]);
    }
    return query;
  }

  private static void assertGoesTo(String expected, HttpResponse<String> answer) {
    assertThat(Browser.location(answer)).isEqualTo(expected);
  }

  private String idHint() {
    return tokens(ada()).id();
  }
}
