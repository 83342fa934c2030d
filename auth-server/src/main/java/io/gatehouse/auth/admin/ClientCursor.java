package io.gatehouse.auth.admin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A place in the list of clients: behind this id. Clients see base64url of the id and its CRC-32C,
 * which finds mangled cursors; it is no secret, for a forged one names another place in the list.
 */
final class ClientCursor {
  private static final int CHECKSUM_CHARS = 8;

  private ClientCursor() {}

  static String behind(String id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((checksum(id) + id).getBytes(StandardCharsets.UTF_8));
  }

  /** The id; empty when it is no cursor of this list. */
  static Optional<String> parse(String text) {
    try {
      var plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      if (plain.length() <= CHECKSUM_CHARS) {
        return Optional.empty();
      }
      var id = plain.substring(CHECKSUM_CHARS);
      return plain.startsWith(checksum(id)) ? Optional.of(id) : Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static String checksum(String id) {
    var sum = new CRC32C();
    sum.update(("client:" + id).getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().toHexDigits((int) sum.getValue());
  }
}
