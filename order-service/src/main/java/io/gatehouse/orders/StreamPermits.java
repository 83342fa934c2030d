package io.gatehouse.orders;

import io.gatehouse.defaults.web.ApiException;
import io.gatehouse.defaults.web.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Component;

/** How many streams are open, by subject and all together; each instance counts its own. */
@Component
class StreamPermits {
  private static final String RETRY_AFTER = "5";

  private final int perUser;
  private final int perInstance;
  private final Map<String, Integer> held = new HashMap<>();
  private int open;

  StreamPermits(StreamProperties properties) {
    this.perUser = properties.perUser();
    this.perInstance = properties.perInstance();
  }

  /** One open stream; closing it again changes nothing. */
  interface Permit extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A permit for one more stream of this subject.
   *
   * @throws ApiException RATE_LIMITED when it holds as many as it may, SERVICE_UNAVAILABLE when all
   *     are taken
   */
  synchronized Permit acquire(String subject) {
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
