package io.gatehouse.testing;

import static com.nimbusds.jose.JWSAlgorithm.RS256;
import static com.nimbusds.jose.JWSAlgorithm.RS512;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The token rows of the attack list, for whoever is called with them through a real port. */
public final class ForgedTokens {
  private static final JOSEObjectType ACCESS_TOKEN = new JOSEObjectType("at+jwt");

  private final TestTokens issuer;
  private final JWTClaimsSet claims =
      new JWTClaimsSet.Builder()
          .issuer(TestTokens.ISSUER)
          .subject("forger")
          .audience("gatehouse")
          .issueTime(Date.from(Instant.now()))
          .expirationTime(Date.from(Instant.now().plusSeconds(900)))
          .jwtID("j")
          .claim("client_id", "console")
          .claim("scope", TestTokens.ALL_SCOPES)
          .claim("roles", List.of("ADMIN"))
          .build();

  private ForgedTokens(TestTokens issuer) {
    this.issuer = issuer;
  }

  /** What is wrong with each token, and the token; each is UNAUTHENTICATED. */
  public static Map<String, String> of(TestTokens issuer) {
    return new ForgedTokens(issuer).all();
  }

  private Map<String, String> all() {
    var good = issuer.user("forger");
    var payload = good.split("\\.", -1)[1];
    var key = issuer.key().getKeyID();
    var forged = new LinkedHashMap<String, String>();
    forged.put("alg none", unsigned("none", payload));
    forged.put("alg nOnE", unsigned("nOnE", payload));
    forged.put("signature stripped", good.substring(0, good.lastIndexOf('.') + 1));
    forged.put("payload changed", changed(good));
    forged.put("HS256 by the public key", hs256());
    forged.put("RS512 by the issuer's key", signed(RS512, key, ACCESS_TOKEN));
    forged.put("key id unknown", signed(RS256, "unknown", ACCESS_TOKEN));
    forged.put("key id traversal", signed(RS256, "../../dev/null", ACCESS_TOKEN));
    forged.put("key id SQL", signed(RS256, "' or 1=1 --", ACCESS_TOKEN));
    forged.put("embedded key of another", embedded());
    forged.put("jku of another", jku());
    forged.put("id token", signed(RS256, key, JOSEObjectType.JWT));
    forged.put("wrong audience", issuer.token(claim -> claim.audience("else")));
    forged.put("no audience", issuer.token(claim -> claim.audience((String) null)));
    forged.put("wrong issuer", issuer.token(claim -> claim.issuer("http://evil")));
    forged.put(
        "not yet valid",
        issuer.token(claim -> claim.notBeforeTime(Date.from(Instant.now().plusSeconds(600)))));
    forged.put("header null", "bnVsbA." + payload + ".AA");
    forged.put("header null alone", "bnVsbA.e30.AA");
    forged.put("header list", "W10." + payload + ".AA");
    forged.put("padded", good + "==");
    forged.put("unused bits", otherUnusedBits(good));
    forged.put("spaced", good.replaceFirst("\\.", ". "));
    forged.put("garbage", "garbage");
    return forged;
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

  /** 256 bytes in base64url leave four bits of the last character that mean nothing. */
  private static String otherUnusedBits(String token) {
    var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    var last = token.length() - 1;
    return token.substring(0, last) + alphabet.charAt(alphabet.indexOf(token.charAt(last)) + 1);
  }

  private String signed(JWSAlgorithm algorithm, String keyId, JOSEObjectType type) {
    return issuer.sign(new JWSHeader.Builder(algorithm).type(type).keyID(keyId).build(), claims);
  }

  private String hs256() {
    try {
      var header =
          new JWSHeader.Builder(JWSAlgorithm.HS256)
              .type(ACCESS_TOKEN)
              .keyID(issuer.key().getKeyID())
              .build();
      var jwt = new SignedJWT(header, claims);
      jwt.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
      return jwt.serialize();
    } catch (JOSEException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private String embedded() {
    var mallory = new TestTokens();
    return mallory.sign(
        new JWSHeader.Builder(RS256)
            .type(ACCESS_TOKEN)
            .jwk(mallory.key().toPublicJWK())
            .keyID(issuer.key().getKeyID())
            .build(),
        claims);
  }

  private String jku() {
    var mallory = new TestTokens();
    return mallory.sign(
        new JWSHeader.Builder(RS256)
            .type(ACCESS_TOKEN)
            .jwkURL(URI.create("http://127.0.0.1:1/jwks"))
            .keyID(mallory.key().getKeyID())
            .build(),
        claims);
  }
}
