package io.gatehouse.auth;

import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Base64;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the operator tells the authorization server.
 *
 * @param accessTokenTtl how long an access token is good for
 * @param refreshTokenTtl how long a refresh token may lie unused
 * @param keyEncryptionKey 32 bytes in base64; encrypts the signing keys, keys the refresh tokens
 * @param gatewaySecret the gateway's password for the revocation set
 * @param orderServiceSecret the secret of the client {@code order-service}
 * @param demo whether the demo client exists; only on a loopback public URL
 */
@Validated
@ConfigurationProperties("gatehouse")
public record AuthProperties(
    @NotNull @DefaultValue("15m") Duration accessTokenTtl,
    @NotNull @DefaultValue("30d") Duration refreshTokenTtl,
    String keyEncryptionKey,
    String gatewaySecret,
    String orderServiceSecret,
    @DefaultValue("false") boolean demo) {

  private static final int KEY_BYTES = 32;

  public AuthProperties {
    if (accessTokenTtl.isNegative() || accessTokenTtl.isZero()) {
      throw new IllegalArgumentException(
          "GATEHOUSE_ACCESS_TOKEN_TTL must be positive, such as 15m");
    }
    require(gatewaySecret, "GATEHOUSE_GATEWAY_SECRET");
    require(orderServiceSecret, "GATEHOUSE_ORDER_SERVICE_SECRET");
    decode(keyEncryptionKey);
  }

  /** The key under which the signing keys are encrypted: 32 bytes. */
  public byte[] keyEncryptionKeyBytes() {
    return decode(keyEncryptionKey);
  }

  /** Never the secrets: this record may end up in a log line. */
  @Override
  public String toString() {
    return "AuthProperties[accessTokenTtl=%s, refreshTokenTtl=%s, demo=%s]"
        .formatted(accessTokenTtl, refreshTokenTtl, demo);
  }

  private static void require(String value, String name) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException(name + " is required and must not be blank");
    }
  }

  private static byte[] decode(String base64) {
    var wrong = "GATEHOUSE_KEY_ENCRYPTION_KEY is required and must be 32 bytes in base64";
    if (base64 == null || base64.isBlank()) {
      throw new IllegalArgumentException(wrong);
    }
    try {
      var bytes = Base64.getDecoder().decode(base64.strip());
      if (bytes.length != KEY_BYTES) {
        throw new IllegalArgumentException(wrong + ", not " + bytes.length + " bytes");
      }
      return bytes;
    } catch (IllegalArgumentException notBase64) {
      throw new IllegalArgumentException(wrong, notBase64);
    }
  }
}
