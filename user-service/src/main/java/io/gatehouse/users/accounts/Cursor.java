package io.gatehouse.users.accounts;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A place in the list of users: behind the user with this id. Clients see 28 opaque characters:
 * base64url of kind (1 byte), id (16), CRC-32C of both (4). The checksum finds mangled cursors; it
 * is no secret, for a forged one only names another place in the same list.
 */
public record Cursor(Optional<UUID> last) {
  /** Before the first user. */
  public static final Cursor START = new Cursor(Optional.empty());

  private static final byte KIND = 'u';
  private static final int BYTES = 21;

  /** Behind the user with this id. */
  public static Cursor behind(UUID id) {
    return new Cursor(Optional.of(id));
  }

  /** The cursor of this text, which may also be a user's id; empty when it is none of ours. */
  public static Optional<Cursor> parse(String text) {
    var id = UserId.parse(text);
    if (id.isPresent()) {
      return id.map(Cursor::behind);
    }
    try {
      var bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      if (bytes.capacity() != BYTES
          || bytes.get(0) != KIND
          || bytes.getInt(BYTES - 4) != checksum(bytes)) {
        return Optional.empty();
      }
      return Optional.of(behind(new UUID(bytes.getLong(1), bytes.getLong(9))));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    var id = last.orElseThrow();
    var bytes = ByteBuffer.allocate(BYTES).put(KIND);
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
