package io.gatehouse.defaults.tokens;

import static org.assertj.core.api.Assertions.assertThat;

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
import com.nimbusds.jwt.SignedJWT;
import io.gatehouse.testing.TestTokens;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Which signatures a token may have: those of its key's own algorithm, and no other. */
class TokenAlgorithmTest extends AccessTokenFixture {
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
}
