package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** However a path is spelled, it is one path: the same route, access, limit and answer. */
@ParameterizedClass
@EnumSource(Wire.class)
class PathFormTest extends GatewayFixture {

  @BeforeEach
  void authServerNamesThePathItWasAskedFor() {
    AUTH.answering(
        (request, response) ->
            request.uri().startsWith("/internal/")
                ? response.sendString(Mono.just(revocations()))
                : response.header("x-path", request.uri()).sendString(Mono.just("auth")));
    for (var service : List.of(USERS, ORDERS)) {
      service.answering(
          (request, response) ->
              response.header("x-path", request.uri()).sendString(Mono.just("{}")));
    }
  }

  @AfterEach
  void nothingRevoked() {
    REVOKED.set("");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/users/me, user, /api/users/me",
    "POST, /api/users, login, /api/users",
    "GET, /api/orders, user, /api/orders",
    "GET, /api/me/overview, user,",
    "GET, /api/me/nothing, user,",
    "GET, /api/me/sign-ins, user, /api/me/sign-ins",
    "GET, /api/users/1/sign-ins, user, /api/users/1/sign-ins",
    "DELETE, /api/me/passkeys/x, user, /api/me/passkeys/x",
    "POST, /api/clients, user, /api/clients",
    "POST, /api/clients/x/secret, user, /api/clients/x/secret",
    "DELETE, /api/keys/x, user, /api/keys/x",
    "POST, /graphql, user,",
    "GET, /login, login, /login",
    "POST, /login/x, login, /login/x",
    "POST, /signup, login, /signup",
    "POST, /oauth2/token, login, /oauth2/token",
    "POST, /activate, login, /activate",
    "GET, /activate, anonymous, /activate",
    "GET, /account, anonymous, /account",
    "GET, /account/sign-ins, anonymous, /account/sign-ins",
    "POST, /account/password, login, /account/password",
    "POST, /oauth2/introspect, anonymous, /oauth2/introspect",
    "GET, /.well-known/openid-configuration, anonymous, /.well-known/openid-configuration",
    "GET, /userinfo, user, /userinfo",
    "GET, /connect/logout, anonymous, /connect/logout",
    "GET, /docs, anonymous,",
    "GET, /health, ,",
    "GET, /nowhere, anonymous,",
    "GET, /Api/orders, anonymous,",
    "GET, //api/orders, anonymous,",
    "GET, /internal/revocations, anonymous,"
  })
  void everySpelling_hasTheRouteAccessAndLimitOfThePlainOne(
      String method, String path, @Nullable String limit, @Nullable String reached) {
    var token = TOKENS.admin("spelled");
    var plain = send(method, path, tokenFor(path, token));
    assertThat(policy(plain)).isEqualTo(limit == null ? "" : limit);

    for (var spelling : spellings(path)) {
      var answer = send(method, spelling, tokenFor(path, token));

      assertThat(policy(answer)).as(spelling).isEqualTo(policy(plain));
      // The limit of credentials may be used up by now; then it says so itself.
      if (answer.statusCode() != 429) {
        assertThat(answer.headers().firstValue("x-path").orElse(null))
            .as(spelling)
            .isEqualTo(reached);
      }
      if (answer.statusCode() != 429 && plain.statusCode() != 429) {
        assertThat(answer.statusCode()).as(spelling).isEqualTo(plain.statusCode());
      }
    }
  }

  /** Sign-up with an ADMIN's token is under its own limit, so it goes without. */
  private static @Nullable String tokenFor(String path, String token) {
    return path.startsWith("/api/users") && !path.matches(".*(me|sign-ins)")
            || path.startsWith("/oauth2/")
        ? null
        : token;
  }

  @Test
  void revokedToken_isRefused_underEverySpelling() {
    var token = TOKENS.token(claims -> claims.jwtID("spelled"));
    REVOKED.set(
        "{\"kind\":\"jti\",\"value\":\"spelled\",\"at\":\"%s\",\"exceptSid\":null,\"until\":\"%s\"}"
            .formatted(Instant.now(), Instant.now().plusSeconds(900)));
    // A poll that another test's silence holds up takes its time.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> get("/api/orders", token).body().contains("TOKEN_REVOKED"));
    ORDERS.reset();
    USERS.reset();

    for (var path : List.of("/api/orders", "/api/users/me", "/api/me/overview", "/graphql")) {
      for (var spelling : spellings(path)) {
        assertThat(get(spelling, token).body()).as(spelling).contains("TOKEN_REVOKED");
      }
    }
    assertThat(ORDERS.received()).isEmpty();
    assertThat(USERS.received()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/orders/%c3%a4%40%3f", "/%61pi/orders/%C3%a4%40%3F"})
  void escapesThatMeanSomething_stay_inUpperCase(String path) {
    assertThat(get(path + "?q=%61%c3%a4", TOKENS.user("u")).statusCode()).isEqualTo(200);

    assertThat(ORDERS.last().uri()).isEqualTo("/api/orders/%C3%A4%40%3F?q=%61%c3%a4");
  }

  /** Each letter encoded alone, and all of them together, in lower and in upper case. */
  private static List<String> spellings(String path) {
    var all = new ArrayList<String>();
    var whole = new StringBuilder();
    for (var i = 0; i < path.length(); i++) {
      var letter = path.charAt(i);
      if (letter == '/') {
        whole.append(letter);
        continue;
      }
      var escape = "%%%02x".formatted((int) letter);
      whole.append(escape);
      var rest = path.substring(i + 1);
      all.add(path.substring(0, i) + escape + rest);
      all.add(path.substring(0, i) + escape.toUpperCase(Locale.ROOT) + rest);
    }
    all.add(whole.toString());
    all.add(whole.toString().toUpperCase(Locale.ROOT));
    return all;
  }

  private HttpResponse<String> send(String method, String path, @Nullable String token) {
    var request = token == null ? request(path) : request(path, token);
    return send(
        request.method(
            method,
            method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString("a=b")));
  }

  private static String policy(HttpResponse<String> answer) {
    var header = answer.headers().firstValue("RateLimit-Policy").orElse("\"\"");
    return header.substring(1, header.indexOf('"', 1));
  }
}
