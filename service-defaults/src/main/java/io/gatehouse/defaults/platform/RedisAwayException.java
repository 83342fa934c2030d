package io.gatehouse.defaults.platform;

/** Redis is not asked, because it did not answer a moment ago or was not reached yet. */
public final class RedisAwayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Without a stack trace: it is made for each command that is not sent. */
  public RedisAwayException() {
    super("Redis is away", null, false, false);
  }
}
