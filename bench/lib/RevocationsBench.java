import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How long an access token goes on working at the gateway after what ends it was answered: the time
 * from that answer to the sending of the last request that the API still served.
 */
class RevocationsBench {
  private static final String VERIFIER = "a-verifier-that-is-long-enough-to-be-one-0123456789";
  private static final String PASSWORD = "correct-horse-battery";
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\" value=\"([^\"]+)\"");
  private static final Pattern CODE = Pattern.compile("[?&]code=([^&]+)");
  private static final HttpClient API = client().build();

  private final String url;

  RevocationsBench(String url) {
    this.url = url;
  }

  private interface End {
    HttpResponse<String> of(Person person, Tokens tokens) throws Exception;
  }

  private record Person(String id, String email) {}

  private record Tokens(String access, String refresh, String id) {}

  public static void main(String[] arguments) throws Exception {
    var bench = new RevocationsBench(arguments[0]);
    var runs = Integer.parseInt(arguments[1]);
    System.out.printf("%-26s %8s %8s %8s   (%d each)%n", "", "p50", "p90", "max", runs);
    bench.measure("revoked refresh token", runs, 200, (_, t) -> bench.revoke(t.refresh()));
    bench.measure("revoked access token", runs, 200, (_, t) -> bench.revoke(t.access()));
    bench.measure(
        "reused refresh token",
        runs,
        400,
        (_, t) -> {
          bench.refresh(t.refresh());
          return bench.refresh(t.refresh());
        });
    bench.measure(
        "logout", runs, 302, (_, t) -> send(bench.get("/connect/logout?id_token_hint=" + t.id())));
    bench.measure("password change", runs, 204, bench::changePassword);
    bench.measure("user deletion", runs, 204, bench::delete);
  }

  private void measure(String name, int runs, int status, End end) throws Exception {
    var millis = new double[runs];
    for (var run = 0; run < runs; run++) {
      var person = signUp();
      var tokens = signIn(person);
      var ended = end.of(person, tokens);
      var answered = System.nanoTime();
      if (ended.statusCode() != status) {
        throw new IllegalStateException(name + ": " + ended.statusCode() + " " + ended.body());
      }
      var lastServed = answered;
      while (true) {
        var sent = System.nanoTime();
        var answer =
            send(get("/api/users/me").header("Authorization", "Bearer " + tokens.access()));
        if (answer.statusCode() == 401) {
          break;
        }
        if (sent - answered > 30_000_000_000L) {
          throw new IllegalStateException(name + " reached the gateway not within 30 s");
        }
        lastServed = sent;
        // Far below the user's quota, so that a limit is never taken for a refusal.
        Thread.sleep(20);
      }
      millis[run] = (lastServed - answered) / 1e6;
    }
    Arrays.sort(millis);
    System.out.printf(
        "%-26s %5.0f ms %5.0f ms %5.0f ms%n",
        name, millis[runs / 2], millis[runs * 9 / 10], millis[runs - 1]);
  }

  private Person signUp() throws Exception {
    var email = UUID.randomUUID() + "@bench.example";
    var body = "{\"email\":\"%s\",\"name\":\"B\",\"password\":\"%s\"}".formatted(email, PASSWORD);
    return new Person(text(send(json("POST", "/api/users", body)).body(), "id"), email);
  }

  private Tokens signIn(Person person) throws Exception {
    var browser = client().cookieHandler(new CookieManager()).build();
    var page = browser.send(get("/login").build(), BodyHandlers.ofString()).body();
    var csrf = CSRF.matcher(page);
    if (!csrf.find()) {
      throw new IllegalStateException("no login form: " + page);
    }
    browser.send(
        form(
                "/login",
                Map.of("_csrf", csrf.group(1), "username", person.email(), "password", PASSWORD))
            .build(),
        BodyHandlers.ofString());
    var challenge =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                MessageDigest.getInstance("SHA-256")
                    .digest(VERIFIER.getBytes(StandardCharsets.US_ASCII)));
    var back =
        browser.send(
            get("/oauth2/authorize?"
                    + encoded(
                        Map.of(
                            "response_type", "code",
                            "client_id", "console",
                            "redirect_uri", url + "/console/",
                            "scope", "openid users.read users.write",
                            "code_challenge", challenge,
                            "code_challenge_method", "S256")))
                .build(),
            BodyHandlers.ofString());
    var code = CODE.matcher(back.headers().firstValue("Location").orElse(""));
    if (!code.find()) {
      throw new IllegalStateException("not signed in: " + back.statusCode() + " " + back.headers());
    }
    var given =
        send(form(
                "/oauth2/token",
                Map.of(
                    "grant_type",
                    "authorization_code",
                    "client_id",
                    "console",
                    "redirect_uri",
                    url + "/console/",
                    "code",
                    code.group(1),
                    "code_verifier",
                    VERIFIER)))
            .body();
    return new Tokens(
        text(given, "access_token"), text(given, "refresh_token"), text(given, "id_token"));
  }

  private HttpResponse<String> revoke(String token) throws Exception {
    return send(form("/oauth2/revoke", Map.of("client_id", "console", "token", token)));
  }

  private HttpResponse<String> refresh(String token) throws Exception {
    return send(
        form(
            "/oauth2/token",
            Map.of("grant_type", "refresh_token", "client_id", "console", "refresh_token", token)));
  }

  /** By another sign-in, since the one that does it goes on. */
  private HttpResponse<String> changePassword(Person person, Tokens tokens) throws Exception {
    var other = signIn(person).access();
    var body = "{\"current\":\"%s\",\"new\":\"another-battery\"}".formatted(PASSWORD);
    return send(
        json("PUT", "/api/users/" + person.id() + "/password", body)
            .header("Authorization", "Bearer " + other));
  }

  private HttpResponse<String> delete(Person person, Tokens tokens) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url + "/api/users/" + person.id()))
            .header("Authorization", "Bearer " + tokens.access())
            .DELETE());
  }

  private HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).header("Accept", "text/html, */*");
  }

  private HttpRequest.Builder form(String path, Map<String, String> fields) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(BodyPublishers.ofString(encoded(fields)));
  }

  private HttpRequest.Builder json(String method, String path, String body) {
    return HttpRequest.newBuilder(URI.create(url + path))
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return API.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpClient.Builder client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
  }

  private static String encoded(Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(f -> f.getKey() + "=" + URLEncoder.encode(f.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }

  private static String text(String json, String name) {
    var found = Pattern.compile("\"" + name + "\":\"([^\"]+)\"").matcher(json);
    if (!found.find()) {
      throw new IllegalStateException("no " + name + " in " + json);
    }
    return found.group(1);
  }
}
