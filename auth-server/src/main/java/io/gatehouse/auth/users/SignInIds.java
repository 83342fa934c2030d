package io.gatehouse.auth.users;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * UUIDv7 (RFC 9562) for sign-ins and token families. A family's id carries the time of its sign-in,
 * not its own: a revocation of "every sign-in until then" hits what an old web session grants
 * later.
 */
public final class SignInIds {
  private static final SecureRandom RANDOM = new SecureRandom();

  private SignInIds() {}

  /** A new id that says the given time, to the millisecond. */
  public static UUID at(Instant time) {
    long random = RANDOM.nextLong();
    long high = (time.toEpochMilli() << 16) | 0x7000L | (random & 0x0fffL);
    long low = (RANDOM.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low);
  }

  /** When the sign-in began. */
  public static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }
}
