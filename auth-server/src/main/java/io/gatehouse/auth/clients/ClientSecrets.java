package io.gatehouse.auth.clients;

import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.auth.keys.Secrets.Purpose;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.stereotype.Component;

/**
 * Client secrets are kept as a keyed MAC: worthless without the key, and cheap to check, since
 * services ask for tokens all day. While a secret is replaced a client has two.
 */
@Component
class ClientSecrets implements PasswordEncoder {
  private static final int SECRET_BYTES = 32;

  private final Secrets secrets;
  private final SecureRandom random = new SecureRandom();

  ClientSecrets(Secrets secrets) {
    this.secrets = secrets;
  }

  /** A new secret: 256 random bits as 43 characters that need no escaping anywhere. */
  String generate() {
    var bytes = new byte[SECRET_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  byte[] mac(CharSequence secret) {
    return secrets.mac(Purpose.CLIENT_SECRET, secret.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The form that {@link #matches} reads, of the MACs of all secrets that work. */
  static String encode(List<byte[]> macs) {
    return macs.stream().map(Base64.getEncoder()::encodeToString).collect(Collectors.joining(" "));
  }

  @Override
  public String encode(@Nullable CharSequence secret) {
    return encode(List.of(mac(secret == null ? "" : secret)));
  }

  @Override
  public boolean matches(@Nullable CharSequence secret, @Nullable String encoded) {
    if (secret == null || encoded == null) {
      return false;
    }
    var given = mac(secret);
    return Arrays.stream(encoded.split(" ", -1))
        .map(Base64.getDecoder()::decode)
        .anyMatch(known -> MessageDigest.isEqual(given, known));
  }
}
