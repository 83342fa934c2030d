package io.gatehouse.auth.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.net.URL;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtEncoder;
import org.springframework.security.oauth2.jwt.JwtEncoderParameters;
import org.springframework.security.oauth2.jwt.JwtEncodingException;

/**
 * Signs with the one key whose turn it is, and writes claims as they were given. (Spring's encoder
 * turns an {@code aud} of one into a string, which the contract does not.)
 */
class KeyringEncoder implements JwtEncoder {
  private final Keyring keyring;
  private volatile @Nullable Signer current;

  KeyringEncoder(Keyring keyring) {
    this.keyring = keyring;
  }

  private record Signer(SigningKey key, JWSSigner signer) {}

  @Override
  public Jwt encode(JwtEncoderParameters parameters) {
    try {
      var signer = signer(keyring.signing());
      var header = header(parameters, signer.key());
      var claims = parameters.getClaims().getClaims();
      var jws = new JWSObject(header, new Payload(json(claims)));
      jws.sign(signer.signer());
      var issued = parameters.getClaims().getIssuedAt();
      var expires = parameters.getClaims().getExpiresAt();
      return new Jwt(jws.serialize(), issued, expires, header.toJSONObject(), claims);
    } catch (JOSEException failed) {
      throw new JwtEncodingException("the token cannot be signed", failed);
    }
  }

  private Signer signer(SigningKey key) throws JOSEException {
    var known = current;
    if (known == null || !known.key().id().equals(key.id())) {
      known =
          new Signer(
              key,
              switch (key.jwk()) {
                case RSAKey rsa -> new RSASSASigner(rsa);
                case ECKey ec -> new ECDSASigner(ec);
                default -> throw new JOSEException("no key of ours: " + key.id());
              });
      current = known;
    }
    return known;
  }

  /** The key says the algorithm, whoever asked for another. */
  private static JWSHeader header(JwtEncoderParameters parameters, SigningKey key) {
    var header = new JWSHeader.Builder(JWSAlgorithm.parse(key.algorithm())).keyID(key.id());
    var given = parameters.getJwsHeader();
    var type = given == null ? null : given.getType();
    if (type != null) {
      header.type(new JOSEObjectType(type));
    }
    return header.build();
  }

  private static Map<String, Object> json(Map<String, Object> claims) {
    var json = new LinkedHashMap<String, Object>();
    claims.forEach((name, value) -> json.put(name, json(value)));
    return json;
  }

  private static Object json(Object value) {
    return switch (value) {
      case Instant time -> time.getEpochSecond();
      case Date time -> time.toInstant().getEpochSecond();
      case URL url -> url.toString();
      case Collection<?> several -> List.copyOf(several);
      default -> value;
    };
  }
}
