package io.gatehouse.gateway.limits;

/**
 * What a limit says about one request.
 *
 * @param policy the RateLimit-Policy header's value (IETF draft 10)
 * @param limit the RateLimit header's value
 * @param retryAfter seconds until one more request conforms; 0 when this one does
 */
public record Decision(String policy, String limit, long retryAfter) {
  private static final long SECOND = 1_000_000_000;

  public boolean isAllowed() {
    return retryAfter == 0;
  }

  /**
   * The decision, given what is left.
   *
   * @param remaining requests that would conform right now
   * @param retryNanos until the next one conforms; negative when this one does
   */
  static Decision of(Policy policy, int remaining, long retryNanos) {
    var missing = policy.gcra().burst() - remaining;
    var reset = Math.ceilDiv(missing * policy.gcra().interval(), SECOND);
    var limit = policy.quotedName() + ";r=" + remaining + ";t=" + reset;
    var retry = retryNanos < 0 ? 0 : Math.max(1, Math.ceilDiv(retryNanos, SECOND));
    return new Decision(policy.header(), limit, retry);
  }
}
