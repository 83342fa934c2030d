package io.gatehouse.orders.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The data encryption keys: the first wraps the customers' keys, the others only unwrap what they
 * have wrapped, before a change of the key and until it is over (docs/operating.md).
 */
public final class DataKeys {
  private final List<DataKey> keys;

  private record DataKey(CustomerKey wrapping, SecretKeySpec fingerprinting) {
    static DataKey of(byte[] key) {
      var mac = mac(hmacKey(key));
      return new DataKey(
          new CustomerKey(mac.doFinal(utf8("customer keys"))),
          hmacKey(mac.doFinal(utf8("idempotency fingerprints"))));
    }
  }

  /**
   * Keys of 32 bytes each.
   *
   * @param keys at least one, the one in use first
   */
  public DataKeys(List<byte[]> keys) {
    this.keys = keys.stream().map(DataKey::of).toList();
  }

  /** True while there are others besides the one in use. */
  boolean isChanging() {
    return keys.size() > 1;
  }

  /** A customer's key as it is stored. */
  byte[] wrap(byte[] key, String customerId) {
    return keys.getFirst().wrapping.seal(key, context(customerId));
  }

  /**
   * A customer's key as it was.
   *
   * @throws IllegalStateException when none of these keys has wrapped it
   */
  byte[] unwrap(byte[] wrapped, String customerId) {
    return keys.stream()
        .flatMap(key -> key.wrapping.openIfItsOwn(wrapped, context(customerId)).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "neither GATEHOUSE_DATA_ENCRYPTION_KEY nor one of"
                        + " GATEHOUSE_OTHER_DATA_ENCRYPTION_KEYS has wrapped the key of customer "
                        + customerId));
  }

  /** The same key wrapped by the one in use; empty when that has wrapped it already. */
  Optional<byte[]> rewrap(byte[] wrapped, String customerId) {
    return keys.getFirst().wrapping.openIfItsOwn(wrapped, context(customerId)).isPresent()
        ? Optional.empty()
        : Optional.of(wrap(unwrap(wrapped, customerId), customerId));
  }

  /**
   * HMAC-SHA-256 over a request's method, path and body, so that no body is kept.
   *
   * @return in hex, by each key, the one in use first
   */
  public List<String> fingerprints(String method, String path, byte[] body) {
    return keys.stream().map(key -> fingerprint(key, method, path, body)).toList();
  }

  private static String fingerprint(DataKey key, String method, String path, byte[] body) {
    var mac = mac(key.fingerprinting);
    mac.update(utf8(method + ' ' + path + '\n'));
    return HexFormat.of().formatHex(mac.doFinal(body));
  }

  private static String context(String customerId) {
    return "customer " + customerId;
  }

  private static SecretKeySpec hmacKey(byte[] key) {
    return new SecretKeySpec(key, "HmacSHA256");
  }

  private static Mac mac(SecretKeySpec key) {
    try {
      var mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException(missing);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
