package io.gatehouse.auth.grants;

import io.gatehouse.auth.keys.Secrets;
import io.gatehouse.auth.keys.Secrets.Purpose;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.security.oauth2.core.OAuth2RefreshToken;
import org.springframework.security.oauth2.server.authorization.OAuth2Authorization;
import org.springframework.security.oauth2.server.authorization.OAuth2TokenType;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenGenerator;
import org.springframework.stereotype.Component;

/**
 * Refresh tokens are base64url of {@code family id (16) | number (4) | HMAC-SHA-256 (32)}: genuine
 * without being stored, and an old one is known by its number, however long ago it was spent.
 */
@Component
class RefreshTokens implements OAuth2TokenGenerator<OAuth2RefreshToken> {
  private static final int NUMBER_AT = 16;
  private static final int BODY_BYTES = NUMBER_AT + 4;
  private static final int TOKEN_BYTES = BODY_BYTES + 32;

  private final Secrets secrets;
  private final Clock clock;

  RefreshTokens(Secrets secrets, Clock clock) {
    this.secrets = secrets;
    this.clock = clock;
  }

  /** The number-th refresh token of a family; the first is 1. */
  record Ref(UUID family, int number) {}

  @Override
  public @Nullable OAuth2RefreshToken generate(OAuth2TokenContext context) {
    var authorization = context.getAuthorization();
    if (!OAuth2TokenType.REFRESH_TOKEN.equals(context.getTokenType()) || authorization == null) {
      return null;
    }
    var next = new Ref(UUID.fromString(authorization.getId()), numberOfCurrent(authorization) + 1);
    var now = clock.instant();
    var ttl = context.getRegisteredClient().getTokenSettings().getRefreshTokenTimeToLive();
    return new OAuth2RefreshToken(write(next), now, now.plus(ttl));
  }

  String write(Ref ref) {
    var token = ByteBuffer.allocate(TOKEN_BYTES).put(body(ref));
    token.put(mac(body(ref)));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /** What the token refers to; empty when we never issued it. */
  Optional<Ref> read(String token) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    if (bytes.length != TOKEN_BYTES) {
      return Optional.empty();
    }
    var body = Arrays.copyOf(bytes, BODY_BYTES);
    if (!MessageDigest.isEqual(mac(body), Arrays.copyOfRange(bytes, BODY_BYTES, TOKEN_BYTES))) {
      return Optional.empty();
    }
    var buffer = ByteBuffer.wrap(body);
    return Optional.of(new Ref(new UUID(buffer.getLong(), buffer.getLong()), buffer.getInt()));
  }

  /**
   * The number of the family's current refresh token, which is ours and not a caller's; 0 when it
   * has none yet.
   */
  int numberOfCurrent(OAuth2Authorization authorization) {
    var current = authorization.getRefreshToken();
    return current == null
        ? 0
        : ByteBuffer.wrap(Base64.getUrlDecoder().decode(current.getToken().getTokenValue()))
            .getInt(NUMBER_AT);
  }

  private byte[] mac(byte[] body) {
    return secrets.mac(Purpose.REFRESH_TOKEN, body);
  }

  private static byte[] body(Ref ref) {
    return ByteBuffer.allocate(BODY_BYTES)
        .putLong(ref.family().getMostSignificantBits())
        .putLong(ref.family().getLeastSignificantBits())
        .putInt(ref.number())
        .array();
  }
}
