package io.gatehouse.auth;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.auth.Wire.Answer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What once shut the server for everybody when sent five times: each now has its answer. */
class BadInputTest extends AuthServerTest {
  private static final String FORM = "Content-Type: application/x-www-form-urlencoded";
  private static final byte[] NOTHING = {};

  static Stream<String> unreadableForms() {
    return Stream.of(
        "a=%",
        "a=%zz",
        "a=%E9",
        "code=%C3%28",
        "a=%ED%A0%80",
        "a=%C0%AF",
        "a=%00",
        "=x",
        "a=" + "x".repeat(100_000),
        "a=1&".repeat(1_001));
  }

  @ParameterizedTest
  @MethodSource("unreadableForms")
  void form_thatCannotBeRead_isInvalidRequestForClients(String form) {
    for (var path : MetadataTest.POST_ONLY) {
      assertInvalidRequest(post(path, FORM, form));
    }
  }

  @ParameterizedTest
  @MethodSource("unreadableForms")
  void form_thatCannotBeRead_isA4xxPageForPeople(String form) {
    for (var path :
        new String[] {"/login", "/signup", "/activate", "/logout", "/oauth2/authorize"}) {
      var answer = post(path, FORM + "\r\nAccept: text/html", form);

      assertThat(answer.status()).isEqualTo(form.length() > 100_000 ? 413 : 400);
      assertThat(answer.body()).startsWith("<!doctype html>").contains("This did not work");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "code=a&code=b",
        "grant_type=client_credentials&grant_type=client_credentials",
        "client_id=console&client_id=cli",
        "scope=a&scope=b"
      })
  void parameter_thatComesTwice_isInvalidRequest(String form) {
    for (var path : MetadataTest.POST_ONLY) {
      assertInvalidRequest(post(path, FORM, form));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: multipart/form-data",
        "Content-Type: multipart/form-data; boundary=x",
        "Content-Type: application/json",
        "Content-Type: foo"
      })
  void body_ofAnotherType_isInvalidRequest(String type) {
    for (var path : MetadataTest.POST_ONLY) {
      assertInvalidRequest(post(path, type, "--x\r\nContent-Disposition: form-data; na"));
    }
    assertThat(post("/login", type, "a=b").status()).isEqualTo(415);
  }

  @Test
  void secret_inTheAddress_isInvalidRequest() {
    assertInvalidRequest(
        post(
            "/oauth2/token?client_secret=demo-secret",
            FORM,
            "grant_type=client_credentials&client_id=demo-service"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SESSION=AA==", "SESSION=w6k=", "SESSION=!!!!", "SESSION=", "=;;"})
  void cookie_thatIsNoSession_isNone(String cookie) {
    assertThat(get("/login", "Cookie: " + cookie).status()).isEqualTo(200);
    assertThat(get("/nothing", "Cookie: " + cookie).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept: foo",
        "Accept: text/html;q=2, foo",
        "Content-Type: foo",
        "If-None-Match: foo",
        "If-Match: foo",
        "Range: foo",
        "Accept-Charset: foo"
      })
  void header_thatSaysNothing_isIgnored(String header) {
    for (var path :
        new String[] {
          "/login", "/signup", "/oauth2/jwks", "/.well-known/openid-configuration", "/logout"
        }) {
      assertThat(get(path, header).status()).as(path).isEqualTo(200);
    }
    assertThat(get("/nothing", header).status()).isEqualTo(404);
  }

  /** As many as fit into the size that the edge lets through. */
  @Test
  void manySmallHeaders_areRead() {
    var headers =
        IntStream.range(0, 900).mapToObj(n -> "X-%d: a".formatted(n)).collect(joining("\r\n"));

    assertThat(get("/login", headers).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "/login?=x, 400",
    "/login?a=%, 400",
    "/activate?user_code=%C3%28, 400",
    "/oauth2/authorize?client_id=%00, 400",
    "/login;a=b, 400",
    "/%2e%2e/login, 400"
  })
  void address_thatCannotBeRead_isAnError(String path, int status) {
    var answer = get(path, "Accept: application/json");

    assertThat(answer.status()).isEqualTo(status);
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("MALFORMED_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bnVsbA.e30.AA",
        "e30.bnVsbA.AA",
        "bnVsbA.bnVsbA.bnVsbA",
        "W10.e30.AA",
        "...",
        "\u00e9"
      })
  void token_thatIsNoJwt_isUnknown(String token) {
    assertThat(get("/userinfo", "Authorization: Bearer " + token).status()).isEqualTo(401);
    assertThat(
            post(
                    "/oauth2/token",
                    FORM + "\r\nAuthorization: Bearer " + token,
                    "grant_type=client_credentials")
                .status())
        .isEqualTo(401);
    var revoked =
        program().post("/oauth2/revoke", java.util.Map.of("client_id", "cli", "token", token));
    assertThat(revoked.statusCode()).isEqualTo(200);
    assertThat(isActive(token)).isFalse();
  }

  @Test
  void logoutHint_thatIsNoJwt_isRefusedWithoutAWordOfTheCode() {
    var answer = get("/connect/logout?id_token_hint=bnVsbA.e30.AA", "Accept: application/json");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body()).contains("id_token_hint is not valid").doesNotContain("Exception");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Expect: foo", "Transfer-Encoding: foo", "Host: ]", "Foo bar"})
  void http_thatTheContainerRefuses_isTheErrorBody(String header) {
    var answer = get("/login", header);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).at("/error/code").asString(""))
        .isEqualTo("MALFORMED_REQUEST");
    assertThat(answer.header("x-request-id")).isNotEmpty();
  }

  private static void assertInvalidRequest(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(JSON.readTree(answer.body()).path("error").asString(""))
        .isEqualTo("invalid_request");
    assertThat(answer.header("cache-control")).isEqualTo("no-store");
  }

  private Answer get(String path, String header) {
    return Wire.send(port, "GET " + path + " HTTP/1.1\r\n" + header + "\r\n", NOTHING);
  }

  private Answer post(String path, String headers, String form) {
    return Wire.send(
        port,
        "POST " + path + " HTTP/1.1\r\n" + headers + "\r\n",
        form.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void errorsOfTheManagementPort_haveTheErrorBodyToo() {
    var answer = new Browser(managementPort).with("X-Request-Id", "my-id.2").get("/nothing");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body())
        .contains("\"error\":{\"code\":\"NOT_FOUND\"", "\"requestId\":\"my-id.2\"");
  }
}
