package io.gatehouse.defaults.web;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A place in a list that is ordered by id: behind this one. Clients see 28 opaque characters:
 * base64url of kind (1 byte), id (16), CRC-32C of both (4). The checksum finds mangled cursors; it
 * is no secret, for a forged one only names another place in the same list.
 *
 * @param kind one ASCII character that tells one list's cursors from another's
 * @param last empty at the list's start
 */
public record IdCursor(char kind, Optional<UUID> last) {
  private static final int BYTES = 21;

  /** Before the first. */
  public static IdCursor start(char kind) {
    return new IdCursor(kind, Optional.empty());
  }

  /** The place behind this id. */
  public static IdCursor behind(char kind, UUID id) {
    return new IdCursor(kind, Optional.of(id));
  }

  /** The cursor of this text, which may also be an id; empty when it is none of this list's. */
  public static Optional<IdCursor> parse(char kind, String text) {
    var id = QueryParameters.uuid(text);
    if (id.isPresent()) {
      return id.map(last -> behind(kind, last));
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.capacity() != BYTES
          || bytes.get(0) != kind
          || bytes.getInt(BYTES - 4) != checksum(bytes)) {
        return Optional.empty();
      }
      return Optional.of(behind(kind, new UUID(bytes.getLong(1), bytes.getLong(9))));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    var id = last.orElseThrow();
    var bytes = ByteBuffer.allocate(BYTES).put((byte) kind);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    bytes.putInt(checksum(bytes));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  private static int checksum(ByteBuffer bytes) {
    var sum = new CRC32C();
    sum.update(bytes.slice(0, BYTES - 4));
    return (int) sum.getValue();
  }
}
