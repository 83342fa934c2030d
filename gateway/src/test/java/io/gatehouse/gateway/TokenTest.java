package io.gatehouse.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.uuid.Generators;
import io.gatehouse.testing.ForgedTokens;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

@ParameterizedClass
@EnumSource(Wire.class)
class TokenTest extends GatewayFixture {
  @AfterEach
  void nothingRevoked() {
    REVOKED.set("");
  }

  @Test
  void call_isRefused_withoutToken() {
    var answer = get("/api/orders");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"UNAUTHENTICATED\"");
    assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(answer.headers().firstValue("RateLimit-Policy").orElseThrow())
        .startsWith("\"anonymous\"");
    assertThat(ORDERS.received()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forgedTokens")
  void call_isRefused_withAForgedToken(String kind, String token) {
    var answer = get("/api/orders?kind=" + kind.replace(' ', '-'), token);

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("\"code\":\"UNAUTHENTICATED\"");
    assertThat(ORDERS.received()).isEmpty();
  }

  static Stream<Arguments> forgedTokens() {
    return ForgedTokens.of(TOKENS).entrySet().stream()
        .map(forged -> Arguments.of(forged.getKey(), forged.getValue()));
  }

  @Test
  void secondToken_isRefused_whicheverOfThemIsGood() {
    for (var tokens :
        List.of(
            List.of(TOKENS.user("u"), "not-a-token"), List.of("not-a-token", TOKENS.user("u")))) {
      var request = request("/api/orders");
      tokens.forEach(token -> request.header("Authorization", "Bearer " + token));

      var answer = send(request);

      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).contains("UNAUTHENTICATED");
    }
    assertThat(ORDERS.received()).isEmpty();
  }

  @Test
  void token_isNotReadFromTheQuery() {
    var answer = get("/api/orders?access_token=" + TOKENS.user("u"));

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("UNAUTHENTICATED");
  }

  @Test
  void token_isRefused_onceItHasExpired_alsoWhenItWasSeenBefore() {
    var token =
        TOKENS.token(claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(5))));
    assertThat(get("/api/orders", token).statusCode()).isEqualTo(200);

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> assertThat(get("/api/orders", token).body()).contains("TOKEN_EXPIRED"));
  }

  @Test
  void token_isRefused_onceItIsRevoked() {
    var jti = UUID.randomUUID().toString();
    var token = TOKENS.token(claims -> claims.jwtID(jti));

    assertRevokedBy(token, entry("jti", jti, Instant.now(), null));
  }

  @Test
  void tokensOfASignIn_areRefused_onceItHasEnded() {
    var sid = UUID.randomUUID().toString();
    var token = TOKENS.token(claims -> claims.claim("sid", sid));

    assertRevokedBy(token, entry("sid", sid, Instant.now(), null));
  }

  @Test
  void tokensOfASubject_areRefused_butForTheSignInThatGoesOn_andLaterOnes() {
    var subject = UUID.randomUUID().toString();
    var kept = Generators.timeBasedEpochGenerator().generate().toString();
    var old = tokenOf(subject, Generators.timeBasedEpochGenerator().generate().toString());
    var goingOn = tokenOf(subject, kept);

    assertRevokedBy(old, entry("sub", subject, Instant.now().plusSeconds(1), kept));

    assertThat(get("/api/orders", goingOn).statusCode()).isEqualTo(200);
    var later = "7fffffff-ffff-7fff-bfff-ffffffffffff";
    assertThat(get("/api/orders", tokenOf(subject, later)).statusCode()).isEqualTo(200);
  }

  /** Counted in polls, which begin 250 ms after each other: it is true on any machine. */
  @Test
  void revokedToken_isRefused_onceTheThirdPollBegins() {
    var jti = UUID.randomUUID().toString();
    var token = TOKENS.token(claims -> claims.jwtID(jti));
    assertThat(get("/api/orders", token).statusCode()).isEqualTo(200);
    var polls = new AtomicInteger();
    REVOKED.set(entry("jti", jti, Instant.now(), null));
    AUTH.answering(
        (_, response) -> {
          polls.incrementAndGet();
          return response
              .header("content-type", "application/json")
              .sendString(Mono.just(revocations()));
        });

    await().atMost(Duration.ofSeconds(30)).until(() -> polls.get() >= 3);

    assertThat(get("/api/orders", token).body()).contains("\"code\":\"TOKEN_REVOKED\"");
  }

  private void assertRevokedBy(String token, String entry) {
    assertThat(get("/api/orders", token).statusCode()).isEqualTo(200);
    REVOKED.set(entry);
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              var answer = get("/api/orders", token);
              assertThat(answer.statusCode()).isEqualTo(401);
              assertThat(answer.body()).contains("\"code\":\"TOKEN_REVOKED\"");
            });
  }

  private static String tokenOf(String subject, String sid) {
    return TOKENS.token(claims -> claims.subject(subject).claim("sid", sid));
  }

  private static String entry(
      String kind, String value, Instant at, @org.jspecify.annotations.Nullable String except) {
    return "{\"kind\":\"%s\",\"value\":\"%s\",\"at\":\"%s\",\"exceptSid\":%s,\"until\":\"%s\"}"
        .formatted(
            kind,
            value,
            at,
            except == null ? "null" : '"' + except + '"',
            Instant.now().plusSeconds(900));
  }

  @Test
  void signUp_isOpen_butRefusesATokenThatIsNotValid() {
    var body = BodyPublishers.ofString("{}");

    assertThat(send(request("/api/users").POST(body)).statusCode()).isEqualTo(200);
    assertThat(send(request("/api/users", "garbage").POST(body)).statusCode()).isEqualTo(401);
  }

  @Test
  void authServer_getsItsOwnKindOfAuthorization() {
    AUTH.answering(
        (request, response) ->
            request.uri().startsWith("/internal")
                ? response.status(503).send()
                : response.sendString(Mono.just(request.requestHeaders().get("authorization"))));
    var answer =
        send(
            request("/oauth2/introspect")
                .header("Authorization", "Basic ZGVtbzpkZW1v")
                .POST(BodyPublishers.ofString("token=x")));

    assertThat(answer.body()).isEqualTo("Basic ZGVtbzpkZW1v");
  }
}
