package io.gatehouse.auth.passkeys;

import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.auth.keys.Secrets.Purpose;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Challenges of WebAuthn ceremonies: {@code random (16) | end in ms (8) | HMAC-SHA-256 (32)}. They
 * are genuine without being stored, so that a stranger's look at a page leaves nothing behind; that
 * each is answered once is noted when it was answered well.
 */
@Component
class Challenges {
  /** As long as a form may lie open before somebody uses it. */
  private static final Duration LIFE = Duration.ofMinutes(30);

  private static final int RANDOM_BYTES = 16;
  private static final int BODY_BYTES = RANDOM_BYTES + Long.BYTES;
  private static final int BYTES = BODY_BYTES + 32;

  private final Secrets secrets;
  private final JdbcClient jdbc;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  Challenges(Secrets secrets, JdbcClient jdbc, Clock clock) {
    this.secrets = secrets;
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** A new one, for nothing but this purpose. */
  byte[] issue(String purpose) {
    var body = new byte[BODY_BYTES];
    random.nextBytes(body);
    ByteBuffer.wrap(body).putLong(RANDOM_BYTES, clock.instant().plus(LIFE).toEpochMilli());
    return ByteBuffer.allocate(BYTES).put(body).put(mac(purpose, body)).array();
  }

  /** Whether we issued it for this purpose, and not too long ago. */
  boolean isGenuine(String purpose, byte[] challenge) {
    if (challenge.length != BYTES) {
      return false;
    }
    var body = Arrays.copyOf(challenge, BODY_BYTES);
    return MessageDigest.isEqual(
            mac(purpose, body), Arrays.copyOfRange(challenge, BODY_BYTES, BYTES))
        && clock.instant().isBefore(end(challenge));
  }

  /** Notes that it was answered; false when it was answered before. */
  boolean useUp(byte[] challenge) {
    return jdbc.sql(
                """
                insert into answered_challenge (hash, until) values (:hash, :until)
                on conflict do nothing
                """)
            .param("hash", Secrets.hash(Base64.getEncoder().encodeToString(challenge)))
            .param("until", Timestamp.from(end(challenge)))
            .update()
        == 1;
  }

  private static Instant end(byte[] challenge) {
    return Instant.ofEpochMilli(ByteBuffer.wrap(challenge).getLong(RANDOM_BYTES));
  }

  private byte[] mac(String purpose, byte[] body) {
    var name = purpose.getBytes(StandardCharsets.UTF_8);
    return secrets.mac(
        Purpose.PASSKEY_CHALLENGE,
        ByteBuffer.allocate(name.length + BODY_BYTES).put(name).put(body).array());
  }
}
