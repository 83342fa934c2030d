package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an authorization may lead to. */
class RedirectUriTest extends AuthServerTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        CONSOLE + "evil",
        CONSOLE + "?x=1",
        CONSOLE + "#",
        CONSOLE + "#fragment",
        "HTTP://localhost:8080/console/",
        "http://LOCALHOST:8080/console/",
        PUBLIC_URL + "/Console/",
        PUBLIC_URL + "/console",
        PUBLIC_URL + "/%63onsole/",
        PUBLIC_URL + "/console/../evil",
        PUBLIC_URL + "/console//",
        "http://localhost:8080@evil.example/console/",
        "http://evil.example/console/",
        "http://localhost:8081/console/",
        "https://localhost:8080/console/",
        "//localhost:8080/console/",
        "/console/",
        "http://127.0.0.1:8080/console/",
        " " + CONSOLE,
        CONSOLE + "\u0000",
      })
  void authorization_forAnotherRedirectUri_isAPageAndNoRedirect(String redirectUri) {
    var request = authorizationRequest();
    request.put("redirect_uri", redirectUri);

    var answer = signedIn(USERS.account("USER")).get(authorize(request));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Location")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:80800/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:x/callback",
        "http://127.0.0.1:9/callback/more",
        "http://127.0.0.1:9/callback?x",
        "http://127.0.0.1:9/callback#x",
        "http://127.0.0.2:9/callback",
        "http://localhost:9/callback",
        "http://[::1]:9/callback",
        "http://u@127.0.0.1:9/callback",
        "https://127.0.0.1:9/callback",
        "http://127.0.0.1:9/Callback",
      })
  void authorization_ofTheCommandLine_forAnythingButItsLoopback_isRefused(String redirectUri) {
    var request = authorizationRequest();
    request.put("client_id", "cli");
    request.put("redirect_uri", redirectUri);

    var answer = signedIn(USERS.account("USER")).with("Accept", "*/*").get(authorize(request));

    assertRefused(answer, 400, "invalid_request");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:65535/callback",
      })
  void authorization_ofTheCommandLine_mayUseAnyPort(String redirectUri) {
    var request = authorizationRequest();
    request.put("client_id", "cli");
    request.put("redirect_uri", redirectUri);

    var answer = signedIn(USERS.account("USER")).get(authorize(request));

    assertThat(Browser.location(answer)).startsWith(redirectUri + "?code=");
  }

  @Test
  void authorization_ofAnUnknownClient_isRefusedWithoutRedirect() {
    var request = authorizationRequest();
    request.put("client_id", "nobody");

    assertRefused(program().get(authorize(request)), 400, "invalid_request");
  }
}
