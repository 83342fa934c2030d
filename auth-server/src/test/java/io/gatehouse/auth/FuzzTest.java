package io.gatehouse.auth;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathMatching;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.gatehouse.auth.Wire.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
  private static final Set<String> PAGES =
      Set.of(
          "/login",
          "/signup",
          "/activate",
          "/logout",
          "/account",
          "/account/name",
          "/account/email",
          "/account/password",
          "/account/sign-ins",
          "/account/deletion",
          "/account/passkeys",
          "/login/passkey");
  private static final Pattern OF_THE_CODE =
      Pattern.compile(
          "java\\.|javax|jakarta|springframework|[a-z]Exception|[A-Z]\\w+Error\\b|Apache|Tomcat|nimbus"
              + "|Unexpected|\\bnull\\b|JSON object");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anything_getsAnAnswerOfOurs(long seed) {
    USERS.server.stubFor(
        post(urlPathEqualTo("/api/users")).atPriority(10).willReturn(aResponse().withStatus(201)));
    USERS.server.stubFor(
        any(urlPathMatching("/api/users/.*")).atPriority(10).willReturn(refused()));
    var random = new Random(seed);
    var wrong = new LinkedHashMap<String, String>();
    var live = List.of("", "");
    for (int i = 0; i < REQUESTS; i++) {
      if (i % 100 == 0) {
        live = signedInCookieAndToken();
      }
      var request = Request.generate(random, live);
      var answer = Wire.send(port, request.head(), request.body());
      var fault = fault(request, answer);
      if (fault != null) {
        wrong.putIfAbsent(fault, request + " -> " + answer.body());
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static ResponseDefinitionBuilder refused() {
    return aResponse()
        .withStatus(404)
        .withHeader("Content-Type", "application/json")
        .withBody("{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"x\",\"details\":[]}}");
  }

  /** Of a person who is signed in: the header with the cookies, and a hidden token. */
  private List<String> signedInCookieAndToken() {
    var browser = signedIn(USERS.account("USER"));
    var token = Browser.csrf(browser.get("/logout").body());
    var cookies =
        browser.cookies().entrySet().stream()
            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
            .collect(Collectors.joining("; "));
    return List.of("Cookie: " + cookies, token);
  }

  record Request(String method, String path, String tail, List<String> headers, byte[] body) {
    static Request generate(Random random, List<String> live) {
      var method = pick(random, FuzzWords.METHODS);
      var path = pick(random, FuzzWords.PATHS);
      var tail = pick(random, FuzzWords.TAILS);
      var form = form(random);
      if (!tail.contains("?") && random.nextInt(3) == 0) {
        tail = tail + "?" + form;
      }
      var headers = new ArrayList<String>();
      for (int i = random.nextInt(3); i > 0; i--) {
        headers.add(pick(random, FuzzWords.HEADERS));
      }
      var withToken = random.nextBoolean() ? "_csrf=" + live.getLast() + "&" + form : form;
      if (random.nextBoolean()) {
        headers.add(live.getFirst());
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
          hasBody ? body(random, withToken).getBytes(StandardCharsets.ISO_8859_1) : new byte[0]);
    }

    private static String form(Random random) {
      var form = new StringBuilder();
      for (int i = random.nextInt(6); i >= 0; i--) {
        form.append(pick(random, FuzzWords.NAMES))
            .append('=')
            .append(pick(random, FuzzWords.VALUES))
            .append('&');
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

    /** The container refuses it before anybody looks at what is accepted. */
    boolean isNoHttp() {
      return headers.stream().anyMatch(FuzzWords.NO_HTTP::contains);
    }

    boolean wantsHtml() {
      return String.join("\r\n", headers)
          .lines()
          .filter(header -> header.startsWith("Accept:"))
          .findFirst()
          .filter(header -> header.startsWith("Accept: text/html"))
          .isPresent();
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
    if (PAGES.contains(request.path()) && isHtml(answer)) {
      return null;
    }
    if (request.wantsHtml() && !request.isNoHttp() && !request.path().startsWith("/api/")) {
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
