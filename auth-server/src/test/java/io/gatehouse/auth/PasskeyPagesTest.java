package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import tools.jackson.databind.JsonNode;

/** A person with a device, at the pages and the API of passkeys. */
abstract class PasskeyPagesTest extends AuthServerTest {
  static final String PAGE = "/account/passkeys";
  static final String API = "/api/me/passkeys";

  final SoftAuthenticator device = new SoftAuthenticator();

  void add(Browser browser, String name) {
    var asked = options(browser.get(PAGE + "?add"), "#add-passkey");
    var answer = post(browser, name, device.create(asked));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
    assertThat(Browser.location(answer)).endsWith(PAGE + "?added");
  }

  static HttpResponse<String> post(Browser browser, String name, String credential) {
    return browser.submit(PAGE + "?add", PAGE, Map.of("name", name, "credential", credential));
  }

  HttpResponse<String> use(Browser browser) {
    return use(browser, "/login", device.use(options(browser.get("/login"), "#use-passkey")));
  }

  static HttpResponse<String> use(Browser browser, String page, String credential) {
    var wanted = page.startsWith("/login?c") || page.contains("continue=");
    return browser.submit(
        page,
        "/login/passkey",
        wanted
            ? Map.of(
                "credential",
                credential,
                "continue",
                String.valueOf(Browser.parameter(page, "continue")))
            : Map.of("credential", credential));
  }

  static String options(HttpResponse<String> page, String form) {
    return Jsoup.parse(page.body()).expectFirst(form).attr("data-options");
  }

  boolean isSignedIn(Browser browser) {
    return Browser.parameter(
            Browser.location(browser.get(authorize(authorizationRequest()))), "code")
        != null;
  }

  Browser call(Tokens tokens) {
    return program().with("Authorization", "Bearer " + tokens.access());
  }

  Tokens tokens(Browser browser) {
    var request = authorizationRequest();
    request.put("scope", "openid users.read users.write");
    var location = Browser.location(browser.get(authorize(request)));
    return Tokens.of(redeem(String.valueOf(Browser.parameter(location, "code"))));
  }

  List<JsonNode> list(Tokens caller) {
    var answer = call(caller).get(API);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body()).path("items").valueStream().toList();
  }
}
