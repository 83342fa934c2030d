package io.gatehouse.gateway;

import static com.nimbusds.jose.JWSAlgorithm.RS256;
import static com.nimbusds.jose.JWSAlgorithm.RS512;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.uuid.Generators;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.defaults.TestTokens;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class TokenTest extends GatewayFixture {
  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

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

  static Stream<Arguments> forgedTokens() throws JOSEException {
    var good = TOKENS.user("forger");
    var payload = good.split("\\.", -1)[1];
    var key = TOKENS.key().getKeyID();
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(TestTokens.ISSUER)
            .subject("forger")
            .audience("gatehouse")
            .issueTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plusSeconds(900)))
            .jwtID("j")
            .claim("client_id", "console")
            .claim("roles", List.of("ADMIN"))
            .build();
    return Stream.of(
        Arguments.of("alg none", unsigned("none", payload)),
        Arguments.of("alg nOnE", unsigned("nOnE", payload)),
        Arguments.of("signature stripped", good.substring(0, good.lastIndexOf('.') + 1)),
        Arguments.of("payload changed", changed(good)),
        Arguments.of("HS256 by the public key", hs256(claims)),
        Arguments.of("RS512 by the issuer's key", signed(claims, RS512, key, ACCESS_TOKEN)),
        Arguments.of("key id unknown", signed(claims, RS256, "unknown", ACCESS_TOKEN)),
        Arguments.of("key id traversal", signed(claims, RS256, "../../dev/null", ACCESS_TOKEN)),
        Arguments.of("key id SQL", signed(claims, RS256, "' or 1=1 --", ACCESS_TOKEN)),
        Arguments.of("embedded key of another", embedded(claims)),
        Arguments.of("jku of another", jku(claims)),
        Arguments.of("id token", signed(claims, RS256, key, JOSEObjectType.JWT)),
        Arguments.of("wrong audience", TOKENS.token(claim -> claim.audience("else"))),
        Arguments.of("no audience", TOKENS.token(claim -> claim.audience((String) null))),
        Arguments.of("wrong issuer", TOKENS.token(claim -> claim.issuer("http://evil"))),
        Arguments.of(
            "not yet valid",
            TOKENS.token(claim -> claim.notBeforeTime(Date.from(Instant.now().plusSeconds(600))))),
        Arguments.of("header null", "bnVsbA." + payload + ".AA"),
        Arguments.of("header null alone", "bnVsbA.e30.AA"),
        Arguments.of("header list", "W10." + payload + ".AA"),
        Arguments.of("padded", good + "=="),
        Arguments.of("spaced", good.replaceFirst("\\.", ". ")),
        Arguments.of("garbage", "garbage"));
  }

  private static String unsigned(String algorithm, String payload) {
    var header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\"}";
    return Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(header.getBytes(StandardCharsets.UTF_8))
        + "."
        + payload
        + ".";
  }

  private static String changed(String token) {
    var middle = token.indexOf('.') + 20;
    var other = token.charAt(middle) == 'A' ? 'B' : 'A';
    return token.substring(0, middle) + other + token.substring(middle + 1);
  }

  private static String signed(
      JWTClaimsSet claims, JWSAlgorithm algorithm, String keyId, JOSEObjectType type) {
    return TOKENS.sign(new JWSHeader.Builder(algorithm).type(type).keyID(keyId).build(), claims);
  }

  private static String hs256(JWTClaimsSet claims) throws JOSEException {
    var jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256)
                .type(ACCESS_TOKEN)
                .keyID(TOKENS.key().getKeyID())
                .build(),
            claims);
    jwt.sign(new MACSigner(TOKENS.key().toRSAPublicKey().getEncoded()));
    return jwt.serialize();
  }

  private static String embedded(JWTClaimsSet claims) {
    var mallory = new TestTokens();
    return mallory.sign(
        new JWSHeader.Builder(RS256)
            .type(ACCESS_TOKEN)
            .jwk(mallory.key().toPublicJWK())
            .keyID(TOKENS.key().getKeyID())
            .build(),
        claims);
  }

  private static String jku(JWTClaimsSet claims) {
    var mallory = new TestTokens();
    return mallory.sign(
        new JWSHeader.Builder(RS256)
            .type(ACCESS_TOKEN)
            .jwkURL(URI.create("http://127.0.0.1:1/jwks"))
            .keyID(mallory.key().getKeyID())
            .build(),
        claims);
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
    var token = TOKENS.token(claims -> claims.jwtID("stolen"));

    assertRevokedBy(token, entry("jti", "stolen", Instant.now(), null));
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
  void eventStream_ends_whenItsTokenIsRevoked() {
    ORDERS.answering(
        (_, response) ->
            response
                .sse()
                .sendString(
                    Flux.concat(Mono.just("data: 1\n\n"), Flux.never()), StandardCharsets.UTF_8));
    var token = TOKENS.token(claims -> claims.jwtID("streaming"));
    var stream =
        CLIENT.sendAsync(request("/api/orders/stream", token).build(), BodyHandlers.ofString());
    await().until(() -> ORDERS.running() == 1);

    REVOKED.set(entry("jti", "streaming", Instant.now(), null));

    assertThat(stream.orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join().body())
        .isEqualTo("data: 1\n\n");
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
