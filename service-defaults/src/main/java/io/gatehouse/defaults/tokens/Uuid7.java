package io.gatehouse.defaults.tokens;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Ids that begin with their time (RFC 9562 section 5.7). */
final class Uuid7 {
  private static final int CHARS = 36;
  private static final int VERSION = 7;

  private Uuid7() {}

  /** Its time, to the millisecond; empty when it is none. */
  static Optional<Instant> timeOf(String id) {
    if (id.length() != CHARS) {
      return Optional.empty();
    }
    try {
      var parsed = UUID.fromString(id);
      return parsed.version() == VERSION
          ? Optional.of(Instant.ofEpochMilli(parsed.getMostSignificantBits() >>> 16))
          : Optional.empty();
    } catch (IllegalArgumentException noUuid) {
      return Optional.empty();
    }
  }
}
