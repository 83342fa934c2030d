package io.gatehouse.users.cache;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a key can hold.
 *
 * <pre>
 * absent            nothing is known; whoever gets the lease loads it
 * L token           leased: one reader is loading it
 * B token           barred: a writer is committing; read the database, store nothing
 * V version LF JSON the document
 * D                 deleted, for good: ids do not come back
 * </pre>
 *
 * A reader's value is stored only over its own lease, so a slow reader cannot store what a writer,
 * or a flush of Redis with a writer after it, has made old.
 */
sealed interface CacheState {
  CacheState ABSENT = new Unknown(false);
  CacheState BARRED = new Unknown(true);
  CacheState GONE = new Gone();

  /** To be read from the database; stored by whoever gets the lease, unless a writer is at work. */
  record Unknown(boolean barred) implements CacheState {}

  record Known(Document document) implements CacheState {}

  record Gone() implements CacheState {}

  /** What the bytes of a key mean; null is an absent key. */
  static CacheState of(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length == 0) {
      return ABSENT;
    }
    return switch (bytes[0]) {
      case 'V' -> known(bytes);
      case 'D' -> GONE;
      case 'B' -> BARRED;
      default -> ABSENT;
    };
  }

  /** The bytes of what was deleted. */
  static byte[] tombstone() {
    return new byte[] {'D'};
  }

  /** The bytes of a document. */
  static byte[] bytes(Document document) {
    var head = ("V" + document.version() + "\n").getBytes(StandardCharsets.US_ASCII);
    var json = document.json();
    var bytes = new byte[head.length + json.length];
    System.arraycopy(head, 0, bytes, 0, head.length);
    System.arraycopy(json, 0, bytes, head.length, json.length);
    return bytes;
  }

  private static CacheState known(byte[] bytes) {
    var version = 0L;
    for (var i = 1; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        var json = new byte[bytes.length - i - 1];
        System.arraycopy(bytes, i + 1, json, 0, json.length);
        return new Known(new Document(version, json));
      }
      version = version * 10 + (bytes[i] - '0');
    }
    return ABSENT;
  }
}
