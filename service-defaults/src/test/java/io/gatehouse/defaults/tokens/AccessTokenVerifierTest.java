package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTClaimsSet;
import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.testing.TestTokens;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** The token rows of the attack list, where tokens are decided. */
class AccessTokenVerifierTest extends AccessTokenFixture {
  @Test
  void verify_givesWhoCallsAndTheirRights_forAGenuineToken() {
    var token = verifier.verify(ISSUER.admin("0199"));

    assertThat(token.subject()).isEqualTo("0199");
    assertThat(token.roles()).containsExactlyInAnyOrder("USER", "ADMIN");
    assertThat(token.scopes()).contains("orders.write", "users.read");
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

    ahead = Duration.ofSeconds(901);

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
            Clock.fixed(Instant.now(), ZoneOffset.UTC));
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
}
