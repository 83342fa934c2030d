package io.gatehouse.orders;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Entity tags of what has no version of its own. */
final class Digests {
  private static final int BYTES = 16;

  private Digests() {}

  /** The first 128 bits of SHA-256 in hexadecimal. */
  static String of(byte[] content) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(content);
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
