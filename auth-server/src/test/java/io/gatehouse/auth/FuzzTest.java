package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.auth.Wire.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever anybody sends, the answer is one of ours: never a 5xx, always in the shape of its
 * endpoint, without a word of the code behind it. Requests are generated from a fixed seed.
 */
class FuzzTest extends AuthServerTest {
  private static final int REQUESTS = 1_500;
  private static final Set<Integer> DOCUMENTED =
      Set.of(200, 302, 303, 400, 401, 403, 404, 405, 406, 413, 414, 415, 431);
  private static final Set<String> OAUTH =
      Set.of(
          "/oauth2/token", "/oauth2/revoke", "/oauth2/introspect", "/oauth2/device_authorization");
  private static final Pattern OF_THE_CODE =
      Pattern.compile(
          "java\\.|javax|jakarta|springframework|[a-z]Exception|[A-Z]\\w+Error\\b|Apache|Tomcat|nimbus"
              + "|Unexpected|\\bnull\\b|JSON object");

  private static final List<String> PATHS =
      List.of(
          "/oauth2/token",
          "/oauth2/revoke",
          "/oauth2/introspect",
          "/oauth2/device_authorization",
          "/oauth2/authorize",
          "/oauth2/consent",
          "/oauth2/jwks",
          "/oauth2/device_verification",
          "/.well-known/openid-configuration",
          "/.well-known/oauth-authorization-server",
          "/userinfo",
          "/connect/logout",
          "/login",
          "/logout",
          "/signup",
          "/activate",
          "/assets/nothing.css",
          "/internal/revocations",
          "/error",
          "/nothing");

  private static final List<String> METHODS =
      List.of(
          "GET", "GET", "GET", "POST", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS",
          "PATCH", "FOO");

  private static final List<String> NAMES =
      List.of(
          "grant_type",
          "client_id",
          "client_secret",
          "client_assertion",
          "client_assertion_type",
          "code",
          "code_verifier",
          "code_challenge",
          "code_challenge_method",
          "redirect_uri",
          "refresh_token",
          "device_code",
          "user_code",
          "scope",
          "state",
          "nonce",
          "token",
          "token_type_hint",
          "id_token_hint",
          "post_logout_redirect_uri",
          "response_type",
          "response_mode",
          "prompt",
          "max_age",
          "login_hint",
          "request",
          "request_uri",
          "registration",
          "claims",
          "username",
          "password",
          "email",
          "name",
          "since",
          "error",
          "continue",
          "_csrf",
          "decision",
          "",
          "%",
          "%C3%28");

  /** Already as they go over the wire in a form or a query. */
  private static final List<String> VALUES =
      List.of(
          "",
          "%",
          "%zz",
          "%E9",
          "%C3%28",
          "%ED%A0%80",
          "%C0%AF",
          "%00",
          "a%00b",
          "%F0%9F%98%80",
          "+",
          "x".repeat(3_000),
          "99999999999999999999999",
          "-1",
          "1e400",
          "NaN",
          "null",
          "true",
          "console",
          "demo-service",
          "demo-secret",
          "shop",
          "cli",
          "authorization_code",
          "refresh_token",
          "client_credentials",
          "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code",
          "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer",
          "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange",
          "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer",
          "password",
          "code",
          "code+token",
          "S256",
          "plain",
          "none",
          "login+none",
          "openid",
          "openid+openid+internal",
          "http%3A%2F%2Flocalhost%3A8080%2Fconsole%2F",
          "http%3A%2F%2F127.0.0.1%3A99999999999%2Fcallback",
          "http%3A%2F%2F%5B%3A%3A1",
          "javascript%3Aalert(1)",
          "%0D%0ASet-Cookie%3A%20a%3Db",
          "bnVsbA.e30.AA",
          "e30.e30.AA",
          "bnVsbA.bnVsbA.bnVsbA",
          "eyJhbGciOiJSUzI1NiJ9.bnVsbA.AA",
          "eyJhbGciOiJSUzI1NiIsImtpZCI6bnVsbH0.e30.AA",
          "eyJhbGciOiJub25lIn0.e30.",
          "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJjb25zb2xlIn0.AA",
          "W10.e30.AA",
          "...",
          "....",
          "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
          "'%20or%201%3D1--",
          "%7B%22id_token%22%3Anull%7D",
          "2020-01-01T00%3A00%3A00Z",
          "%2B999999999-12-31T23%3A59%3A59Z");

  private static final List<String> HEADERS =
      List.of(
          "Accept: foo",
          "Accept: */*;q=x",
          "Accept: text/html",
          "Accept: text/html;q=2, foo",
          "Accept: application/json",
          "Accept: image/png",
          "Accept: text/html\r\nAccept: foo",
          "Content-Type: foo",
          "Content-Type: ;",
          "Content-Type: application/x-www-form-urlencoded;charset=nonsense",
          "Content-Type: application/x-www-form-urlencoded;charset=UTF-16",
          "Content-Type: multipart/form-data",
          "Content-Type: multipart/form-data; boundary=",
          "Content-Type: multipart/form-data; boundary=x",
          "Content-Type: application/json",
          "Content-Type: text/plain; charset=\u00e9",
          "If-None-Match: foo",
          "If-None-Match: \"",
          "If-Modified-Since: foo",
          "If-Match: foo",
          "If-Unmodified-Since: Thu, 99 Foo",
          "Range: bytes=5-1",
          "Range: foo",
          "Cookie: SESSION=AA==",
          "Cookie: SESSION=AA==; SESSION=AA==",
          "Cookie: SESSION=w6k=",
          "Cookie: SESSION=!!!!",
          "Cookie: SESSION=",
          "Cookie: =; ;;\u0001=\"",
          "Cookie: SESSION=\"AA==",
          "Cookie: JSESSIONID=x",
          "Cookie: SESSION=" + "QUFB".repeat(200),
          "Authorization: foo",
          "Authorization: Basic",
          "Authorization: Basic !!!",
          "Authorization: Basic AA==",
          "Authorization: Basic Og==",
          "Authorization: Basic JTpl",
          "Authorization: Basic JXp6OiV6eg==",
          "Authorization: Basic ZGVtby1zZXJ2aWNlOmRlbW8tc2VjcmV0",
          "Authorization: Basic ZGVtby1zZXJ2aWNlOiVDMyUyOA==",
          "Authorization: Bearer",
          "Authorization: Bearer bnVsbA.e30.AA",
          "Authorization: Bearer \u00e9",
          "Authorization: Bearer a b",
          "Authorization: DPoP bnVsbA.e30.AA",
          "DPoP: bnVsbA.e30.AA",
          "X-Forwarded-For: foo, bar\"",
          "X-Forwarded-For: ,",
          "X-Forwarded-Host: ]:foo",
          "X-Forwarded-Port: foo",
          "X-Forwarded-Proto: foo",
          "X-HTTP-Method-Override: FOO",
          "X-Request-Id: \u00ff",
          "Accept-Language: \u00e9;q=foo",
          "Accept-Charset: foo",
          "Accept-Encoding: foo;q=x",
          "Expect: foo",
          "Origin: null",
          "Origin: foo bar",
          "Access-Control-Request-Method: foo",
          "Upgrade: foo",
          "Transfer-Encoding: foo",
          "Content-Encoding: gzip",
          "TE: foo",
          "Host: ]",
          "Connection: close, foo",
          "X-Requested-With: XMLHttpRequest",
          "Foo bar");

  private static final List<String> TAILS =
      List.of(
          "",
          "",
          "",
          "",
          "/",
          ";a=b",
          "/..",
          "/%2e%2e",
          "%00",
          "%",
          "%zz",
          "%C3%28",
          "//",
          "/a/b",
          "%2F",
          "?",
          "?=x",
          "?a",
          "?a=%",
          "?%zz=1",
          "?a=b&a=c",
          "?error",
          "?user_code=%C3%28",
          "#a",
          "|",
          "\"",
          "\\");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anything_getsAnAnswerOfOurs(long seed) {
    var random = new Random(seed);
    var wrong = new LinkedHashMap<String, String>();
    for (int i = 0; i < REQUESTS; i++) {
      var request = Request.generate(random);
      var answer = Wire.send(port, request.head(), request.body());
      var fault = fault(request, answer);
      if (fault != null) {
        wrong.putIfAbsent(fault, request + " -> " + answer.body());
      }
    }
    assertThat(wrong).isEmpty();
  }

  record Request(String method, String path, String tail, List<String> headers, byte[] body) {
    static Request generate(Random random) {
      var method = pick(random, METHODS);
      var path = pick(random, PATHS);
      var tail = pick(random, TAILS);
      var form = form(random);
      if (!tail.contains("?") && random.nextInt(3) == 0) {
        tail = tail + "?" + form;
      }
      var headers = new ArrayList<String>();
      for (int i = random.nextInt(3); i > 0; i--) {
        headers.add(pick(random, HEADERS));
      }
      var hasBody = !method.equals("GET") && !method.equals("HEAD");
      if (hasBody && headers.stream().noneMatch(header -> header.startsWith("Content-Type"))) {
        headers.add("Content-Type: application/x-www-form-urlencoded");
      }
      return new Request(
          method,
          path,
          tail,
          headers,
          hasBody ? body(random, form).getBytes(StandardCharsets.ISO_8859_1) : new byte[0]);
    }

    private static String form(Random random) {
      var form = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        form.append(pick(random, NAMES)).append('=').append(pick(random, VALUES)).append('&');
      }
      return form.substring(0, form.length() - 1);
    }

    private static String body(Random random, String form) {
      return switch (random.nextInt(12)) {
        case 0 -> "a=" + "x".repeat(100_000);
        case 1 -> "a=1&".repeat(1_001);
        case 2 -> "--x\r\nContent-Disposition: form-data; name=\"code\"\r\n\r\n1\r\n--x--\r\n";
        case 3 -> "--x\r\nContent-Disposition: form-data; na";
        case 4 -> "{\"a\":";
        case 5 -> form + "&" + form;
        default -> form;
      };
    }

    private static <T> T pick(Random random, List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }

    String head() {
      var lines = headers.isEmpty() ? "" : String.join("\r\n", headers) + "\r\n";
      return method + " " + path + tail + " HTTP/1.1\r\n" + lines;
    }

    boolean wantsHtml() {
      return headers.stream().anyMatch(header -> header.startsWith("Accept: text/html"));
    }

    @Override
    public String toString() {
      var text = new String(body, StandardCharsets.ISO_8859_1);
      return head().replace("\r\n", " | ") + (text.length() > 300 ? text.substring(0, 300) : text);
    }
  }

  /** What is wrong with an answer, or null. */
  private static @org.jspecify.annotations.Nullable String fault(Request request, Answer answer) {
    var what = request.method() + " " + request.path() + " " + answer.status() + ": ";
    if (!DOCUMENTED.contains(answer.status())) {
      return what + "status";
    }
    if (answer.status() < 400 || request.method().equals("HEAD")) {
      return null;
    }
    var word = OF_THE_CODE.matcher(answer.body());
    if (word.find()) {
      return what + "tells " + word.group();
    }
    if (answer.status() == 404 || !request.tail().isEmpty() && !request.tail().startsWith("?")) {
      return isOauth(answer) || isHtml(answer) || isOurs(answer) ? null : what + "no shape";
    }
    if (OAUTH.contains(request.path())) {
      return isOauth(answer) || (answer.status() == 405 && (isOurs(answer) || isHtml(answer)))
          ? null
          : what + "no OAuth error";
    }
    if (request.wantsHtml()) {
      return isHtml(answer) ? null : what + "no page";
    }
    return isOurs(answer) || isOauth(answer) ? null : what + "no error body";
  }

  private static boolean isHtml(Answer answer) {
    return answer.header("content-type").startsWith("text/html")
        && answer.body().startsWith("<!doctype html>");
  }

  private static boolean isOauth(Answer answer) {
    return isJson(answer) && JSON.readTree(answer.body()).path("error").isString();
  }

  private static boolean isOurs(Answer answer) {
    return isJson(answer)
        && !JSON.readTree(answer.body()).at("/error/code").asString("").isEmpty()
        && JSON.readTree(answer.body()).at("/error/details").isArray();
  }

  private static boolean isJson(Answer answer) {
    return answer.header("content-type").startsWith("application/json")
        && answer.body().startsWith("{");
  }
}
