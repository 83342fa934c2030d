package io.gatehouse.defaults.platform;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Work that is done again and again while the service runs: one poll at a time, each of which says
 * how long to rest. A failed poll is logged and tried again after a second. Polls begin on threads
 * that may block, and never on the one that starts the service.
 */
public abstract class Polling implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Polling.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final String name;

  private volatile @Nullable Disposable running;

  /**
   * Not running yet.
   *
   * @param name of the work, for the log
   */
  protected Polling(String name) {
    this.name = name;
  }

  /** Polls once; gives how long to rest after it. */
  protected abstract Mono<Duration> pollOnce();

  @Override
  public void start() {
    running =
        Mono.defer(this::pollOnce)
            .onErrorResume(
                failed -> {
                  log.warn("{} failed and is tried again: {}", name, failed.toString());
                  return Mono.just(AFTER_FAILURE);
                })
            .defaultIfEmpty(AFTER_FAILURE)
            .flatMap(pause -> Mono.delay(pause, Schedulers.boundedElastic()))
            .repeat()
            .subscribeOn(Schedulers.boundedElastic())
            .subscribe();
  }

  @Override
  public void stop() {
    var polling = running;
    if (polling != null) {
      polling.dispose();
    }
    running = null;
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }
}
