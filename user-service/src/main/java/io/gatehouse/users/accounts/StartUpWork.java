package io.gatehouse.users.accounts;

import io.gatehouse.defaults.web.ApiException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Database work that an instance does before it is ready. */
final class StartUpWork {
  private static final Duration PAUSE = Duration.ofMillis(200);

  private StartUpWork() {}

  /**
   * The work's result; null for none. It is tried again while the database cannot be reached: a
   * machine on which everything starts at once may be too slow for the first connection.
   *
   * @param work may be done more than once
   * @throws java.util.concurrent.CompletionException with its failure, or when {@code patience} is
   *     over
   */
  static <T> @Nullable T await(Mono<T> work, Duration patience) {
    return work.retryWhen(
            Retry.fixedDelay(Long.MAX_VALUE, PAUSE).filter(StartUpWork::isUnavailable))
        .timeout(patience)
        .toFuture()
        .join();
  }

  private static boolean isUnavailable(Throwable thrown) {
    return thrown instanceof ApiException failure && failure.status() == 503;
  }
}
