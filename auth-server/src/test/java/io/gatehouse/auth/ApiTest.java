package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.auth.Wire.Answer;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.jwt.JwsHeader;
import org.springframework.security.oauth2.jwt.JwtClaimsSet;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;

/** Who gets past the door of {@code /api/**}: behind it there is nothing at this address. */
class ApiTest extends AuthServerTest {
  private static final String PATH = "/api/nothing";

  @Autowired JwtEncoder encoder;

  @Test
  void call_withAToken_passesTheDoor() {
    var answer = call(tokens(USERS.account("USER")).access());

    assertError(answer, 404, "NOT_FOUND");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void call_ofABrowser_isAnsweredAsAPrograms() {
    var answer =
        browser().with("Authorization", "Bearer " + tokens(USERS.account("USER")).access());

    assertError(answer.get(PATH), 404, "NOT_FOUND");
    assertError(browser().get(PATH), 401, "UNAUTHENTICATED");
  }

  @Test
  void call_withASession_isNobodys() {
    var answer = signedIn(USERS.account("ADMIN")).get(PATH);

    assertUnauthenticated(answer);
  }

  @Test
  void call_withoutAToken_isUnauthenticated_whateverThePath() {
    var paths =
        new String[] {
          PATH, "/api/clients", "/api/keys", "/api/me/sign-ins", "/api/users/x/sign-ins"
        };
    for (var path : paths) {
      assertUnauthenticated(program().get(path));
      assertUnauthenticated(program().post(path, Map.of("a", "b")));
    }
  }

  @Test
  void call_withAnotherScheme_isUnauthenticated() {
    assertUnauthenticated(demo().get(PATH));
    assertUnauthenticated(program().with("Authorization", "Bearer").get(PATH));
    assertUnauthenticated(program().get(PATH + "?access_token=" + service()));
    assertUnauthenticated(program().post(PATH, Map.of("access_token", service())));
  }

  @Test
  void call_withTwoTokens_isUnauthenticated() {
    var header = "Authorization: Bearer " + service() + "\r\n";
    Answer answer = Wire.send(port, "GET " + PATH + " HTTP/1.1\r\n" + header + header, new byte[0]);

    assertThat(answer.status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "a.b.c", "bnVsbA.e30.AA", "..", "é"})
  void call_withWhatIsNoToken_isUnauthenticated(String token) {
    assertUnauthenticated(call(token));
  }

  @Test
  void call_withATokenOfAnotherKey_isUnauthenticated() throws JOSEException, ParseException {
    var genuine = SignedJWT.parse(service());
    var forged =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID(genuine.getHeader().getKeyID())
                .type(new JOSEObjectType("at+jwt"))
                .build(),
            genuine.getJWTClaimsSet());
    forged.sign(new RSASSASigner(new RSAKeyGenerator(2048).generate()));

    assertUnauthenticated(call(forged.serialize()));
  }

  @Test
  void call_withAnUnsignedToken_isUnauthenticated() throws ParseException {
    var claims = SignedJWT.parse(service()).getJWTClaimsSet();
    var header = "{\"alg\":\"none\",\"typ\":\"at+jwt\"}";

    assertUnauthenticated(call(base64(header) + "." + base64(claims.toString()) + "."));
  }

  @Test
  void call_withAnIdToken_isUnauthenticated() {
    assertUnauthenticated(call(tokens(USERS.account("ADMIN")).id()));
  }

  @Test
  void call_withATokenForAnother_isUnauthenticated() throws ParseException {
    var good = SignedJWT.parse(service()).getJWTClaimsSet();

    assertError(call(signed(good)), 404, "NOT_FOUND");
    assertUnauthenticated(call(signed(new JWTClaimsSet.Builder(good).audience("another").build())));
    assertUnauthenticated(
        call(signed(new JWTClaimsSet.Builder(good).issuer("https://other.example").build())));
  }

  @Test
  void call_withAnExpiredToken_saysSo() throws ParseException {
    var good = SignedJWT.parse(service()).getJWTClaimsSet();
    var past = new java.util.Date(good.getIssueTime().getTime() - 60_000);

    var answer =
        call(
            signed(
                new JWTClaimsSet.Builder(good)
                    .issueTime(past)
                    .notBeforeTime(past)
                    .expirationTime(new java.util.Date(past.getTime() + 1_000))
                    .build()));

    assertError(answer, 401, "TOKEN_EXPIRED");
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse(""))
        .startsWith("Bearer error=\"invalid_token\"");
  }

  @Test
  void call_withARevokedToken_saysSo() {
    var tokens = tokens(USERS.account("USER"));
    program().post("/oauth2/revoke", Map.of("client_id", "console", "token", tokens.access()));

    assertError(call(tokens.access()), 401, "TOKEN_REVOKED");
  }

  @Test
  void call_ofASignInThatEnded_isRevoked() {
    var tokens = tokens(USERS.account("USER"));
    program().post("/oauth2/revoke", Map.of("client_id", "console", "token", tokens.refresh()));

    assertError(call(tokens.access()), 401, "TOKEN_REVOKED");
  }

  @Test
  void body_ofAnyType_isNoReasonToRefuseAtTheDoor() {
    var answer =
        program()
            .with("Authorization", "Bearer " + service())
            .with("Content-Type", "application/json")
            .send("POST", PATH);

    assertError(answer, 404, "NOT_FOUND");
  }

  @Test
  void document_saysWhatThereIs_toAnybody() {
    var answer = program().get("/openapi.json");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(JSON.readTree(answer.body()).path("paths").propertyNames())
        .contains("/api/clients", "/api/clients/{id}", "/api/clients/{id}/secret", "/api/keys");
  }

  private HttpResponse<String> call(String token) {
    return program().with("Authorization", "Bearer " + token).get(PATH);
  }

  /** A token of client credentials. */
  private String service() {
    var answer = demo().post("/oauth2/token", CLIENT_CREDENTIALS);
    return JSON.readTree(answer.body()).path("access_token").asString("");
  }

  private String signed(JWTClaimsSet claims) {
    var set = JwtClaimsSet.builder();
    claims
        .getClaims()
        .forEach(
            (name, value) ->
                set.claim(name, value instanceof java.util.Date time ? time.toInstant() : value));
    return encoder
        .encode(
            JwtEncoderParameters.from(
                JwsHeader.with(SignatureAlgorithm.RS256).type("at+jwt").build(), set.build()))
        .getTokenValue();
  }

  private static void assertUnauthenticated(HttpResponse<String> answer) {
    assertError(answer, 401, "UNAUTHENTICATED");
    assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }
}
