package io.gatehouse.defaults.web;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many streams are open, by caller and all together; each instance counts its own. A stream is
 * whatever a caller holds open: an event stream, a WebSocket, an upload that is passed on.
 */
public final class StreamPermits {
  private static final String RETRY_AFTER = "5";

  private final int perUser;
  private final int perInstance;
  private final Map<String, Integer> held = new HashMap<>();
  private int open;

  /** None is open yet. */
  public StreamPermits(int perUser, int perInstance) {
    this.perUser = perUser;
    this.perInstance = perInstance;
  }

  /** One open stream; closing it again changes nothing. */
  public interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A permit for one more stream of this caller.
   *
   * @param subject or an address, where nobody is known
   * @throws ApiException RATE_LIMITED when it holds as many as it may, SERVICE_UNAVAILABLE when all
   *     are taken
   */
  public synchronized Permit acquire(String subject) {
    if (held.getOrDefault(subject, 0) >= perUser) {
      throw ApiException.of(
              ErrorCode.RATE_LIMITED,
              "You hold %d streams already, as many as you may: close one first".formatted(perUser))
          .withHeader("Retry-After", RETRY_AFTER);
    }
    if (open >= perInstance) {
      throw ApiException.of(ErrorCode.SERVICE_UNAVAILABLE).withHeader("Retry-After", RETRY_AFTER);
    }
    open++;
    held.merge(subject, 1, Integer::sum);
    var closed = new AtomicBoolean();
    return () -> {
      if (closed.compareAndSet(false, true)) {
        release(subject);
      }
    };
  }

  private synchronized void release(String subject) {
    open--;
    held.computeIfPresent(subject, (_, count) -> count == 1 ? null : count - 1);
  }
}
