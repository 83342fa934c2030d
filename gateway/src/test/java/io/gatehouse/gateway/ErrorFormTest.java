package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors in the form that whoever asked can read: programs, OAuth clients, people. */
@ParameterizedClass
@EnumSource(Wire.class)
@SuppressWarnings("StringConcatToTextBlock") // CRLF is what these are about.
class ErrorFormTest extends GatewayFixture {
  private static final String BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8";

  @Test
  void browser_getsAPage_forWhatIsNotThere() {
    var answer = send(request("/nowhere").header("Accept", BROWSER));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/html;charset=UTF-8");
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "style-src 'sha256-", "frame-ancestors 'none'");
    assertThat(answer.body())
        .startsWith("<!doctype html>")
        .contains("No such resource", answer.headers().firstValue("X-Request-Id").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource({
    "/api/orders, 401, UNAUTHENTICATED",
    "/api/nowhere, 401, UNAUTHENTICATED",
    "/graphql, 401, UNAUTHENTICATED"
  })
  void api_answersABrowserAsEverybody(String path, int status, String code) {
    var answer = send(request(path).header("Accept", BROWSER));

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(answer.body()).contains("\"code\":\"" + code + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "application/json,text/html", "foo", "text/"})
  void program_getsTheErrorBody_forWhatIsNotThere(String accept) {
    var answer = send(request("/nowhere").header("Accept", accept));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("\"code\":\"NOT_FOUND\"");
  }

  @Test
  void earlyRefusal_isAPageForABrowser_withTheDateAndTheCorsHeaders() {
    var answer =
        raw(
            "GET /docs/%00 HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\n"
                + "Origin: https://shop.example.com\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 400")
        .containsIgnoringCase("content-type: text/html")
        .contains("<!doctype html>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/%00 HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example.com\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example.com\r\n"
            + "Content-Length: 99999999\r\n\r\n",
        "POST /api/users HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example.com\r\n"
            + "Content-Length: 10\r\n\r\nabc",
        "TRACE /api/users HTTP/1.1\r\nHost: a\r\nOrigin: https://shop.example.com\r\n\r\n"
      })
  void earlyRefusal_canBeReadByAConfiguredOriginsPage(String request) {
    assertThat(raw(request))
        .containsIgnoringCase("access-control-allow-origin: https://shop.example.com\r\n")
        .containsIgnoringCase("access-control-expose-headers: ")
        .containsIgnoringCase("vary: origin, accept-encoding\r\n")
        .contains("\"error\":{");
    assertThat(raw(request.replace("shop.example.com", "evil.example.com")))
        .doesNotContainIgnoringCase("access-control-allow-origin");
  }

  @Test
  void earlyRefusalOfHead_hasNoBody() {
    assertThat(raw("HEAD /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n"))
        .startsWith("HTTP/1.1 400")
        .endsWith("\r\n\r\n");
  }

  @Test
  void exhaustedLimit_isAnOAuthError_atTheTokenEndpoint() {
    // 1 per second, 4 at once: 50 are more than a slow machine lets pass.
    var answer =
        IntStream.range(0, 50)
            .mapToObj(_ -> send(request("/oauth2/token").POST(BodyPublishers.ofString("a=b"))))
            .filter(given -> given.statusCode() == 429)
            .findFirst()
            .orElseThrow();

    assertThat(answer.body())
        .isEqualTo(
            "{\"error\":\"temporarily_unavailable\",\"error_description\":"
                + "\"Too many requests; retry after the time given\"}");
    assertThat(answer.headers().map()).containsKeys("retry-after", "ratelimit", "ratelimit-policy");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/oauth2/introspect", "/oauth2/revoke", "/oauth2/device_authorization"})
  void brokenService_isAnOAuthError_atItsEndpoints(String path) {
    // Nothing listens there: this registry's word goes before the other's.
    registry.put("auth-server", 1);
    upstreams.forget();
    try {
      var answer = send(request(path).POST(BodyPublishers.ofString("token=x")));

      assertThat(answer.statusCode()).isBetween(502, 503);
      assertThat(answer.body()).startsWith("{\"error\":\"temporarily_unavailable\"");
    } finally {
      registry.put("auth-server");
      upstreams.forget();
    }
  }

  @Test
  void earlyRefusal_isAnOAuthError_atTheTokenEndpoint() {
    assertThat(raw("POST /oauth2/token HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"))
        .startsWith("HTTP/1.1 413")
        .contains("{\"error\":\"invalid_request\"");
  }

  private static final Pattern DATE =
      Pattern.compile("(?im)^date: \\w{3}, \\d{2} \\w{3} \\d{4} \\d{2}:\\d{2}:\\d{2} GMT\r?$");

  @Test
  void everyAnswer_hasItsDate() {
    var token = "Authorization: Bearer " + TOKENS.user("u") + "\r\n";
    for (var request :
        List.of(
            "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /docs HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /api/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "GET /api/orders HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + token + "\r\n",
            "GET /api/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
            "GARBAGE\r\n\r\n",
            "GET /x HTTP/1.1\r\nHost: a\r\n")) {
      assertThat(DATE.matcher(raw(request)).results().count()).as(request).isEqualTo(1);
    }
  }

  @Test
  void dateOfTheService_isKept() {
    ORDERS.answering(
        (_, response) -> response.header("Date", "Tue, 15 Nov 1994 08:12:31 GMT").send());

    assertThat(get("/api/orders", TOKENS.user("u")).headers().allValues("Date"))
        .containsExactly("Tue, 15 Nov 1994 08:12:31 GMT");
  }
}
