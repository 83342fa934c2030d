package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.testing.TestTokens;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The token rows of the attack list, where tokens are decided. */
class AccessTokenVerifierTest {
  private static final TestTokens ISSUER = new TestTokens();

  private final Instant start = Instant.now();
  private Instant now = start;
  private AccessTokenVerifier verifier;

  @BeforeEach
  void issuerIsKnown() {
    var keys = new SigningKeys(Mono.just(ISSUER.jwks()), Clock.systemUTC());
    keys.refresh().block();
    verifier = new AccessTokenVerifier(keys, TestTokens.ISSUER, movingClock());
  }

  @Test
  void verify_givesWhoCallsAndTheirRights_forAGenuineToken() {
    var token = verifier.verify(ISSUER.admin("0199"));

    assertThat(token.subject()).isEqualTo("0199");
    assertThat(token.roles()).containsExactlyInAnyOrder("USER", "ADMIN");
    assertThat(token.scopes()).contains("orders.write", "users.read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "None", "NONE", "nOnE"})
  void verify_refuses_unsignedTokensInEverySpelling(String algorithm) {
    var header = "{\"alg\":\"%s\",\"typ\":\"at+jwt\"}".formatted(algorithm);

    assertRefused(base64(header) + "." + parts(genuine())[1] + ".");
    assertRefused(base64(header) + "." + parts(genuine())[1] + "." + parts(genuine())[2]);
  }

  /** Both kinds of key under the ids of the test, published side by side. */
  private AccessTokenVerifier besides(ECKey ec) {
    var set = new JWKSet(List.of(ISSUER.key().toPublicJWK(), ec.toPublicJWK()));
    var keys = new SigningKeys(Mono.just(set.toString()), Clock.systemUTC());
    keys.refresh().block();
    return new AccessTokenVerifier(keys, TestTokens.ISSUER, movingClock());
  }

  private static SignedJWT signed(JWSAlgorithm algorithm, String keyId, JWSSigner signer)
      throws JOSEException {
    var type = new JOSEObjectType("at+jwt");
    var jwt =
        new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).type(type).build(), claims());
    jwt.sign(signer);
    return jwt;
  }

  @Test
  void verify_takes_es256BesideRs256_eachByItsOwnKey() throws JOSEException {
    var ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    verifier = besides(ec);

    assertThat(verifier.verify(signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)).serialize()))
        .isNotNull();
    assertThat(verifier.verify(genuine())).isNotNull();
  }

  @Test
  void verify_refuses_anAlgorithmThatIsNotItsKeys() throws JOSEException {
    var ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    verifier = besides(ec);
    var rsaId = ISSUER.key().getKeyID();
    var rsa = new RSASSASigner(ISSUER.key());

    assertRefused(signed(JWSAlgorithm.RS256, "ec", rsa).serialize());
    assertRefused(signed(JWSAlgorithm.ES256, rsaId, new ECDSASigner(ec)).serialize());
    assertRefused(signed(JWSAlgorithm.RS512, rsaId, rsa).serialize());
    assertRefused(signed(JWSAlgorithm.PS256, rsaId, rsa).serialize());
    // The public key of either kind as an HMAC's secret.
    var secret = new MACSigner(ec.toPublicJWK().toJSONString());
    assertRefused(signed(JWSAlgorithm.HS256, "ec", secret).serialize());
  }

  @Test
  void verify_refuses_otherCurves_andSignaturesOfNothing() throws JOSEException {
    var p384 = new ECKeyGenerator(Curve.P_384).keyID("ec").generate();
    verifier = besides(p384);
    assertRefused(signed(JWSAlgorithm.ES384, "ec", new ECDSASigner(p384)).serialize());

    var ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
    verifier = besides(ec);
    var parts = parts(signed(JWSAlgorithm.ES256, "ec", new ECDSASigner(ec)).serialize());
    assertRefused(parts[0] + "." + parts[1] + "." + Base64URL.encode(new byte[64]));
    assertRefused(parts[0] + "." + parts(genuine())[1] + "." + parts[2]);
  }

  @Test
  void verify_refuses_hs256SignedWithThePublicKey() throws JOSEException {
    var header = header(JWSAlgorithm.HS256).build();
    var forged = new SignedJWT(header, claims());
    forged.sign(new MACSigner(ISSUER.key().toRSAPublicKey().getEncoded()));

    assertRefused(forged.serialize());
  }

  @Test
  void verify_refuses_aStrippedOrForeignSignature() {
    var parts = parts(genuine());

    assertRefused(parts[0] + "." + parts[1] + ".");
    assertRefused(parts[0] + "." + parts[1]);
    assertRefused(parts[0] + "." + parts[1] + "." + parts(new TestTokens().user("x"))[2]);
    assertRefused(parts[0] + "." + parts(ISSUER.admin("x"))[1] + "." + parts[2]);
  }

  static Stream<UnaryOperator<JWTClaimsSet.Builder>> wrongClaims() {
    return Stream.of(
        claims -> claims.issuer("http://evil.example"),
        claims -> claims.issuer(null),
        claims -> claims.audience("other"),
        claims -> claims.audience((String) null),
        claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(60))),
        claims -> claims.expirationTime(null),
        claims -> claims.subject(null),
        claims -> claims.claim("client_id", null),
        claims -> claims.claim("client_id", 7),
        claims -> claims.claim("roles", "ADMIN"));
  }

  @ParameterizedTest
  @MethodSource("wrongClaims")
  void verify_refuses_wrongOrMissingClaims(UnaryOperator<JWTClaimsSet.Builder> change) {
    assertRefused(ISSUER.token(change));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"unknown", "../../../../dev/null", "' or 1=1 --", "http://evil.example/jwks"})
  void verify_refuses_keyIdsThatWereNotPublished(String keyId) {
    assertRefused(ISSUER.sign(header(JWSAlgorithm.RS256).keyID(keyId).build(), claims()));
  }

  @Test
  void verify_refuses_keysThatTheTokenBringsAlong() {
    var stranger = new TestTokens();
    var embedded = header(JWSAlgorithm.RS256).jwk(stranger.key().toPublicJWK()).build();
    var linked = header(JWSAlgorithm.RS256).jwkURL(URI.create("http://evil.example/k")).build();

    assertRefused(stranger.sign(embedded, claims()));
    assertRefused(stranger.sign(linked, claims()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"JWT", "jwt", "logout+jwt"})
  void verify_refuses_tokensOfAnotherType(String type) {
    var header = header(JWSAlgorithm.RS256).type(new JOSEObjectType(type)).build();

    assertRefused(ISSUER.sign(header, claims()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a.b.c", "not a token", "eyJhbGciOiJSUzI1NiJ9.e30.AA"})
  void verify_refuses_whatIsNoToken(String text) {
    assertRefused(text);
    assertRefused(text + "x".repeat(9000));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "7",
        "\"RS256\"",
        "[]",
        "{}",
        "{\"alg\":null}",
        "{\"alg\":7}",
        "{\"alg\":\"RS256\",\"typ\":null,\"kid\":null}",
        "{\"alg\":\"RS256\",\"typ\":[],\"kid\":{}}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"crit\":[null]}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"crit\":null,\"x5c\":[null]}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"jwk\":{\"kty\":null}}",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"b64\":null,\"p2c\":1e400}",
        "{\"alg\":\"RS256\",\"alg\":\"none\"}",
        "{\"alg\":\"RS256\"",
        "\uD800"
      })
  void verify_refuses_everyHeaderThatIsNoTokens(String header) {
    var parts = parts(genuine());

    assertRefused(base64(header) + "." + parts[1] + "." + parts[2]);
    assertRefused(parts[0] + "." + base64(header) + "." + parts[2]);
    assertRefused(base64(header) + "." + base64(header) + ".AA");
  }

  @Test
  void verify_refuses_everyOtherSpellingOfAGenuineToken() {
    var token = genuine();
    var parts = parts(token);
    assertThat(verifier.verify(token).subject()).isEqualTo("0199");

    for (var part = 0; part < 3; part++) {
      for (var added : List.of("=", "==", " ", "\t", "\n", "%", "\u00a0", "A")) {
        var changed = parts.clone();
        changed[part] += added;
        assertRefused(String.join(".", changed));
        changed[part] = added + parts[part];
        assertRefused(String.join(".", changed));
      }
    }
    assertRefused(token + ".");
    assertRefused(token.replace('-', '+').replace('_', '/') + "=");
    assertRefused(parts[0] + "." + parts[1] + "." + otherUnusedBits(parts[2]));
  }

  /** 256 bytes in base64url leave four bits of the last character that mean nothing. */
  private static String otherUnusedBits(String signature) {
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    var last = signature.length() - 1;
    var changed = alphabet.charAt(alphabet.indexOf(signature.charAt(last)) + 1);
    var other = signature.substring(0, last) + changed;
    assertThat(Base64.getUrlDecoder().decode(other))
        .isEqualTo(Base64.getUrlDecoder().decode(signature));
    return other;
  }

  @Test
  void verify_saysExpired_alsoForATokenThatItRemembers() {
    var token = genuine();
    verifier.verify(token);

    now = start.plus(Duration.ofSeconds(901));

    assertThat(refusal(token).code()).isEqualTo("TOKEN_EXPIRED");
    assertThat(refusal(token).headers()).containsKey("WWW-Authenticate");
  }

  @Test
  void verify_fetchesOnce_whenManyUnknownKeyIdsArrive() {
    var fetches = new AtomicInteger();
    var keys =
        new SigningKeys(
            Mono.fromSupplier(
                () -> {
                  fetches.incrementAndGet();
                  return ISSUER.jwks();
                }),
            movingClock());
    var strict = new AccessTokenVerifier(keys, TestTokens.ISSUER, movingClock());
    keys.refresh().block();
    fetches.set(0);

    for (var attempt = 0; attempt < 50; attempt++) {
      var header = header(JWSAlgorithm.RS256).keyID("random" + attempt).build();
      var forged = ISSUER.sign(header, claims());
      assertThatThrownBy(() -> strict.verify(forged)).isInstanceOf(ApiException.class);
    }

    assertThat(fetches).hasValue(1);
  }

  @Test
  void verify_asksToTryAgain_whileNoKeysAreLoaded() {
    var keys = new SigningKeys(Mono.never(), movingClock());
    var strict = new AccessTokenVerifier(keys, TestTokens.ISSUER, movingClock());

    var refusal = catchThrowableOfType(ApiException.class, () -> strict.verify(genuine()));

    assertThat(refusal.code()).isEqualTo("SERVICE_UNAVAILABLE");
    assertThat(refusal.headers()).containsKey("Retry-After");
  }

  @Test
  void verify_forgetsTokens_whenTheIssuersKeysChange() {
    var next = new TestTokens();
    var published = new AtomicReference<>(ISSUER.jwks());
    var keys = new SigningKeys(Mono.fromSupplier(published::get), movingClock());
    var strict = new AccessTokenVerifier(keys, TestTokens.ISSUER, movingClock());
    keys.refresh().block();
    var token = genuine();
    strict.verify(token);

    published.set(next.jwks());
    keys.refresh().block();

    assertThat(catchThrowableOfType(ApiException.class, () -> strict.verify(token)).code())
        .isEqualTo("UNAUTHENTICATED");
    assertThat(strict.verify(next.user("0199")).subject()).isEqualTo("0199");
  }

  private String genuine() {
    return ISSUER.user("0199");
  }

  private static JWTClaimsSet claims() {
    var now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(TestTokens.ISSUER)
        .subject("0199")
        .audience("gatehouse")
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(900)))
        .jwtID("1")
        .claim("client_id", "console")
        .claim("scope", TestTokens.ALL_SCOPES)
        .claim("roles", List.of("USER"))
        .build();
  }

  private static JWSHeader.Builder header(JWSAlgorithm algorithm) {
    return new JWSHeader.Builder(algorithm)
        .type(new JOSEObjectType("at+jwt"))
        .keyID(ISSUER.key().getKeyID());
  }

  private void assertRefused(String token) {
    assertThat(refusal(token).code()).isEqualTo("UNAUTHENTICATED");
  }

  private ApiException refusal(String token) {
    return catchThrowableOfType(ApiException.class, () -> verifier.verify(token));
  }

  private static String[] parts(String token) {
    return token.split("\\.", -1);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private Clock movingClock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now;
      }
    };
  }
}
