package io.gatehouse.users.cache;

/** Redis is not asked, because it did not answer a moment ago. */
final class RedisAwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RedisAwayException() {
    super("Redis is away", null, false, false);
  }
}
