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
 * Work that is done again and again while the service runs: one round at a time, each of which says
 * how long to rest. A failed round is logged and tried again after a second. Rounds begin on
 * threads that may block, and never on the one that starts the service.
 */
public abstract class Rounds implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Rounds.class);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final String name;

  private volatile @Nullable Disposable running;

  /**
   * Not running yet.
   *
   * @param name of the work, for the log
   */
  protected Rounds(String name) {
    this.name = name;
  }

  /** One round of work, and how long to rest after it. */
  protected abstract Mono<Duration> round();

  @Override
  public void start() {
    running =
        Mono.defer(this::round)
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
    var rounds = running;
    if (rounds != null) {
      rounds.dispose();
    }
    running = null;
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }
}
