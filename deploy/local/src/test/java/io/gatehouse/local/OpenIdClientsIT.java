package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.gatehouse.testing.BrowserTab;
import io.gatehouse.testing.Chromium;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.json.JsonMapper;

/**
 * Client libraries that nobody here wrote against the running platform, each told no more than the
 * issuer: npm's {@code openid-client}, {@code oauth4webapi} and, in a real browser, {@code
 * oidc-client-ts}. They are in {@code src/test/node/oidc-clients}.
 */
@ExtendWith(SharedPlatform.class)
@Order(2)
class OpenIdClientsIT {
  private static final String ADA = "ada@example.com";
  private static final JsonMapper JSON = new JsonMapper();
  private static NodeProject clients;

  private final RunningPlatform platform;
  private final String url;

  OpenIdClientsIT(RunningPlatform platform) {
    this.platform = platform;
    this.url = platform.url().toString();
  }

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    clients = NodeProject.installed("oidc-clients");
  }

  @Test
  void openidClient_signsIn_refreshes_introspects_revokes_andLogsOut() throws Exception {
    assertThat(said("openid-client.mjs"))
        .containsExactly(
            "ok: discovery",
            "ok: sign-in by code and PKCE",
            "ok: userinfo and API",
            "ok: refresh and introspection",
            "ok: revocation",
            "ok: client credentials",
            "ok: device grant",
            "ok: logout");
  }

  @Test
  void oauth4webapi_findsEveryAnswerByTheLetterOfItsStandard() throws Exception {
    assertThat(said("oauth4webapi.mjs"))
        .containsExactly(
            "ok: discovery, by OpenID Connect and by RFC 8414",
            "ok: pushed request",
            "ok: sign-in by code and PKCE, signed by a published key",
            "ok: userinfo and API",
            "ok: refresh and introspection",
            "ok: revocation",
            "ok: client credentials",
            "ok: device grant");
  }

  private List<String> said(String program) throws IOException, InterruptedException {
    var outcome = clients.run("node", program, url, ADA, Person.PASSWORD);
    assertThat(outcome.status()).as(outcome.output()).isZero();
    return outcome.output().lines().toList();
  }

  @Test
  void oidcClientTs_signsIn_refreshes_callsTheApi_andLogsOut_onAPageOfAnotherOrigin() {
    var chromium = Chromium.find();
    assumeTrue(chromium.isPresent(), "there is no Chromium on the PATH: nothing was tried");
    var page = SharedPlatform.OTHER_ORIGIN + "/oidc-client-ts.html";
    var server =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(
                InetAddress.getLoopbackAddress(),
                URI.create(SharedPlatform.OTHER_ORIGIN).getPort()),
            clients.folder(),
            OutputLevel.NONE);
    server.start();
    try (var browser = new Chromium(chromium.get(), platform.url(), platform.url().getPort())) {
      signInAndOut(browser.newTab(), page, register(page));
    } finally {
      server.stop(0);
    }
  }

  private void signInAndOut(BrowserTab tab, String page, String client) {
    var settings =
        Map.of("authority", url, "client_id", client, "scope", "openid email users.read");
    tab.call("Page.navigate", Map.of("url", page));
    tab.awaitHeading("Nobody");
    tab.evaluate("sessionStorage.settings = '" + JSON.writeValueAsString(settings) + "'");
    tab.evaluate("void manager().signinRedirect()");
    tab.awaitHeading("Sign in");
    tab.fill("#username", ADA);
    tab.fill("#password", Person.PASSWORD);
    tab.press("Enter");
    tab.awaitHeading("Allow A page?");
    tab.click("button[type=submit]:not(.second)");
    tab.awaitHeading("Signed in as " + ADA);

    assertThat(
            tab.evaluate(
                    """
                    manager().getUser().then(before => manager().signinSilent().then(after =>
                      fetch(%s, {headers: {Authorization: 'Bearer ' + after.access_token}})
                        .then(answer => answer.json())
                        .then(me => me.email + ' ' + (after.refresh_token !== before.refresh_token))))
                    """
                        .formatted(JSON.writeValueAsString(url + "/api/users/me")))
                .asString(""))
        .isEqualTo(ADA + " true");

    tab.evaluate("void manager().signoutRedirect({state: 'bye'})");
    tab.awaitHeading("Signed out");
    assertThat(tab.complaints()).isEmpty();
    tab.evaluate("void manager().signinRedirect()");
    tab.awaitHeading("Sign in");
  }

  /** A client of its own for the page; gives its id. */
  private String register(String page) {
    var client =
        Map.of(
            "name", "A page",
            "public", true,
            "redirectUris", List.of(page),
            "postLogoutRedirectUris", List.of(page),
            "scopes", List.of("openid", "email", "users.read"));
    var made =
        platform.api().post("/api/clients", platform.personToken("grace@example.com"), client);
    assertThat(made.status()).isEqualTo(201);
    return made.json().path("id").asString();
  }
}
