package io.gatehouse.orders.store;

import jakarta.validation.constraints.NotBlank;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Secrets of the store.
 *
 * @param dataEncryptionKey 32 bytes in base64: wraps the customers' keys and keys the fingerprints
 *     of idempotent requests
 * @param otherDataEncryptionKeys likewise, for a change of that key: what they have wrapped is
 *     read, and wrapped by the key in use instead
 */
@Validated
@ConfigurationProperties("gatehouse")
record StoreProperties(
    @NotBlank String dataEncryptionKey, @DefaultValue List<String> otherDataEncryptionKeys) {

  StoreProperties {
    if (!isKey(dataEncryptionKey)) {
      throw new IllegalArgumentException(
          "gatehouse.data-encryption-key (GATEHOUSE_DATA_ENCRYPTION_KEY) must be 32 bytes in base64");
    }
    otherDataEncryptionKeys = List.copyOf(otherDataEncryptionKeys);
    if (!otherDataEncryptionKeys.stream().allMatch(StoreProperties::isKey)
        || otherDataEncryptionKeys.contains(dataEncryptionKey)) {
      throw new IllegalArgumentException(
          "gatehouse.other-data-encryption-keys (GATEHOUSE_OTHER_DATA_ENCRYPTION_KEYS) must be keys of 32 bytes in"
              + " base64, separated by commas, and none of them gatehouse.data-encryption-key");
    }
  }

  DataKeys dataKeys() {
    return new DataKeys(
        Stream.concat(Stream.of(dataEncryptionKey), otherDataEncryptionKeys.stream())
            .map(Base64.getDecoder()::decode)
            .toList());
  }

  private static boolean isKey(String value) {
    try {
      return Base64.getDecoder().decode(value).length == 32;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }
}
