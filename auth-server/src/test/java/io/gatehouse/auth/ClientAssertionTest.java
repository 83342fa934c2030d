package io.gatehouse.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clients that prove who they are with a key instead of a secret (private_key_jwt, RFC 7523). */
class ClientAssertionTest extends AuthServerTest {
  private static final RSAKey RSA = rsa();
  private static final ECKey EC = ec("ec");

  private String client = "";
  private String secret = "";

  private static RSAKey rsa() {
    try {
      return new RSAKeyGenerator(2048).keyID("rsa").generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static ECKey ec(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @BeforeEach
  void register() {
    var admin = new ApiCaller(port, tokens(USERS.account("ADMIN")).access());
    var keys = new JWKSet(List.of(RSA.toPublicJWK(), EC.toPublicJWK()));
    var answer =
        admin.post(
            "/api/clients",
            "{\"name\":\"Keys\",\"grants\":[\"client_credentials\"],\"scopes\":[\"orders.read\"],\"jwks\":%s}"
                .formatted(keys.toString()));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    var body = JSON.readTree(answer.body());
    assertThat(body.at("/jwks/keys").size()).isEqualTo(2);
    client = body.path("id").asString("");
    secret = body.path("secret").asString("");
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(client)
        .subject(client)
        .audience(PUBLIC_URL)
        .jwtID(random())
        .issueTime(new Date())
        .expirationTime(Date.from(Instant.now().plusSeconds(60)));
  }

  private static String sign(
      JWTClaimsSet claims, JWSAlgorithm algorithm, String keyId, JWSSigner signer)
      throws JOSEException {
    var jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(keyId).build(), claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static String signed(JWTClaimsSet claims) throws JOSEException {
    return sign(claims, JWSAlgorithm.ES256, "ec", new ECDSASigner(EC));
  }

  private HttpResponse<String> token(String assertion) {
    return token(form(assertion));
  }

  private Map<String, String> form(String assertion) {
    var form = new LinkedHashMap<>(CLIENT_CREDENTIALS);
    form.put("client_id", client);
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.put("client_assertion", assertion);
    return form;
  }

  @Test
  void assertion_byEitherKey_givesTokens_asDoesTheSecret() throws JOSEException {
    var rsa = sign(claims().build(), JWSAlgorithm.RS256, "rsa", new RSASSASigner(RSA));

    for (var answer :
        List.of(
            token(signed(claims().build())),
            token(rsa),
            program().withBasic(client, secret).post("/oauth2/token", CLIENT_CREDENTIALS))) {
      assertThat(AuthServerTest.claims(Tokens.of(answer).access())).containsEntry("sub", client);
    }
  }

  @Test
  void assertion_withoutClientId_namesTheClientItself() throws JOSEException {
    assertThat(AuthServerTest.claims(Tokens.of(token(nameless(claims().build()))).access()))
        .containsEntry("sub", client);
    assertRefused(token(nameless(claims().subject("shop").build())), 401, "invalid_client");
    assertRefused(token(nameless(claims().subject(null).build())), 401, "invalid_client");
    assertRefused(token(nameless("a.b.c")), 401, "invalid_client");
  }

  private Map<String, String> nameless(JWTClaimsSet claims) throws JOSEException {
    return nameless(signed(claims));
  }

  private Map<String, String> nameless(String assertion) {
    var form = new LinkedHashMap<>(form(assertion));
    form.remove("client_id");
    return form;
  }

  @Test
  void assertion_countsOnce_howeverManyBringIt() throws JOSEException {
    var assertion = signed(claims().build());

    var answers = Parallel.run(10, () -> token(assertion));

    assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(1);
    assertRefused(token(assertion), 401, "invalid_client");
  }

  static Stream<UnaryOperator<JWTClaimsSet.Builder>> wrongClaims() {
    return Stream.of(
        claims -> claims.issuer("shop"),
        claims -> claims.subject("shop"),
        claims -> claims.subject(null),
        claims -> claims.audience("https://other.example"),
        claims -> claims.audience((String) null),
        claims -> claims.jwtID(null),
        claims -> claims.expirationTime(null),
        claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(300))),
        claims -> claims.expirationTime(Date.from(Instant.now().plusSeconds(3_600))));
  }

  @ParameterizedTest
  @MethodSource("wrongClaims")
  void assertion_thatSaysSomethingElse_isInvalidClient(UnaryOperator<JWTClaimsSet.Builder> change)
      throws JOSEException {
    assertRefused(token(signed(change.apply(claims()).build())), 401, "invalid_client");
  }

  @Test
  void assertion_byAnotherKeyOrAlgorithm_isInvalidClient() throws JOSEException {
    var other = new ECDSASigner(ec("ec"));
    var claims = claims().build();

    assertRefused(token(sign(claims, JWSAlgorithm.ES256, "ec", other)), 401, "invalid_client");
    assertRefused(
        token(sign(claims, JWSAlgorithm.PS256, "rsa", new RSASSASigner(RSA))),
        401,
        "invalid_client");
    var publicKey = new MACSigner(RSA.toPublicJWK().toJSONString());
    assertRefused(token(sign(claims, JWSAlgorithm.HS256, "rsa", publicKey)), 401, "invalid_client");
    assertRefused(token("a.b.c"), 401, "invalid_client");
  }

  @Test
  void assertion_ofAClientWithoutKeys_isInvalidClient() throws JOSEException {
    var form = new LinkedHashMap<>(form(signed(claims().issuer("shop").subject("shop").build())));
    form.put("client_id", "shop");

    assertRefused(token(form), 401, "invalid_client");
  }

  @Test
  void assertionAndSecret_together_areInvalidRequest() throws JOSEException {
    var form = new LinkedHashMap<>(form(signed(claims().build())));
    form.put("client_secret", secret);

    assertRefused(token(form), 400, "invalid_request");
    assertRefused(
        program().withBasic(client, secret).post("/oauth2/token", form(signed(claims().build()))),
        400,
        "invalid_request");
  }
}
