package io.gatehouse.orders.store;

import jakarta.validation.constraints.NotBlank;
import java.util.Base64;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Secrets of the store.
 *
 * @param dataEncryptionKey 32 bytes in base64: wraps the customers' keys and keys the fingerprints
 *     of idempotent requests
 */
@Validated
@ConfigurationProperties("gatehouse")
record StoreProperties(@NotBlank String dataEncryptionKey) {

  StoreProperties {
    if (!isKey(dataEncryptionKey)) {
      throw new IllegalArgumentException(
          "gatehouse.data-encryption-key (GATEHOUSE_DATA_ENCRYPTION_KEY) must be 32 bytes in base64");
    }
  }

  byte[] masterKey() {
    return Base64.getDecoder().decode(dataEncryptionKey);
  }

  private static boolean isKey(String value) {
    try {
      return Base64.getDecoder().decode(value).length == 32;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
