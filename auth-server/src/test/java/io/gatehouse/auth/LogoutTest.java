package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signing out at the page, and by the client (OpenID Connect RP-initiated logout). */
class LogoutTest extends AuthServerTest {

  @Test
  void signOut_endsTheSessionAndWhatItGranted() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer = browser.submit("/logout", "/logout", Map.of());

    assertThat(Browser.location(answer)).isEqualTo(PUBLIC_URL + "/login?signed-out");
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertThat(Browser.location(browser.get(authorize(authorizationRequest()))))
        .startsWith(PUBLIC_URL + "/login?continue=");
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
  }

  @Test
  void logoutByTheClient_endsFamilyAndSessionAndGoesBack() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer =
        browser.get(
            "/connect/logout?"
                + Browser.encode(
                    Map.of(
                        "id_token_hint",
                        tokens.id(),
                        "post_logout_redirect_uri",
                        CONSOLE,
                        "state",
                        "a b")));

    assertThat(Browser.location(answer)).isEqualTo(CONSOLE + "?state=a%20b");
    assertThat(isRevoked("sid", tokens.sid())).isTrue();
    assertThat(isActive(tokens.access())).isFalse();
    assertRefused(refresh(tokens.refresh()), 400, "invalid_grant");
    assertThat(Browser.location(browser.get(authorize(authorizationRequest()))))
        .startsWith(PUBLIC_URL + "/login?continue=");
  }

  @Test
  void logoutByTheClient_toAnUnregisteredPage_isRefused() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer =
        program()
            .get(
                "/connect/logout?"
                    + Browser.encode(
                        Map.of(
                            "id_token_hint",
                            tokens.id(),
                            "post_logout_redirect_uri",
                            "https://evil.example/")));

    assertRefused(answer, 400, "invalid_request");
    assertThat(isActive(tokens.access())).isTrue();
  }

  @Test
  void logoutByTheClient_withAForgedIdToken_isRefused() {
    var tokens = Tokens.of(redeem(code(signedIn(USERS.account("USER")))));
    var forged = tokens.id().substring(0, tokens.id().lastIndexOf('.') + 1) + "AAAA";

    assertRefused(program().get("/connect/logout?id_token_hint=" + forged), 400, "invalid_request");
    assertThat(isActive(tokens.access())).isTrue();
  }

  @Test
  void logoutByTheClient_withoutAHint_asksThePerson() {
    var browser = signedIn(USERS.account("USER"));
    var tokens = Tokens.of(redeem(code(browser)));

    var answer =
        browser.get(
            "/connect/logout?"
                + Browser.encode(
                    Map.of(
                        "client_id",
                        "console",
                        "post_logout_redirect_uri",
                        CONSOLE,
                        "state",
                        "a b")));

    assertThat(answer.statusCode()).isEqualTo(303);
    assertThat(isActive(tokens.access())).isTrue();
    var page = browser.get(Browser.location(answer)).body();
    assertThat(page).contains("Sign out?");
    var done =
        browser.post(
            "/logout",
            Map.of(
                "_csrf",
                Browser.csrf(page),
                "client_id",
                "console",
                "post_logout_redirect_uri",
                CONSOLE,
                "state",
                "a b"));
    assertThat(Browser.location(done)).isEqualTo(CONSOLE + "?state=a%20b");
    assertThat(isActive(tokens.access())).isFalse();
  }

  @Test
  void signOut_toAnAddressThatIsNotTheClients_endsAtOurPage() {
    var browser = signedIn(USERS.account("USER"));

    var done =
        browser.submit(
            "/logout",
            "/logout",
            Map.of("client_id", "console", "post_logout_redirect_uri", "https://evil.example/"));

    assertThat(Browser.location(done)).isEqualTo(PUBLIC_URL + "/login?signed-out");
  }
}
