package io.gatehouse.users.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ten times a second, while something is wrong: asks whether Redis answers, makes the marked keys
 * absent, and only then lets reads use the cache again.
 */
final class CacheRepair implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(CacheRepair.class);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int BATCH = 500;

  private final RedisLink redis;
  private final CacheCommands commands;
  private final Unconfirmed unconfirmed;
  private final Counter repaired;
  private volatile @Nullable Disposable running;

  CacheRepair(
      RedisLink redis, CacheCommands commands, Unconfirmed unconfirmed, MeterRegistry meters) {
    this.redis = redis;
    this.commands = commands;
    this.unconfirmed = unconfirmed;
    this.repaired = meters.counter("users.cache.repaired.keys");
  }

  @Override
  public void start() {
    running =
        Flux.interval(Duration.ZERO, PAUSE)
            .onBackpressureDrop()
            .concatMap(_ -> tick(), 1)
            .subscribe(_ -> {}, error -> log.error("the cache is no longer repaired", error));
  }

  private Mono<Void> tick() {
    if (redis.answering() && unconfirmed.isEmpty()) {
      return Mono.empty();
    }
    return redis
        .probe()
        .filter(answers -> answers)
        .flatMap(_ -> repairAll().then(repairSome()).then(Mono.fromRunnable(redis::resume)))
        .then()
        .onErrorComplete();
  }

  private Mono<Void> repairAll() {
    var mark = unconfirmed.overflow();
    return mark == 0
        ? Mono.empty()
        : commands.forgetAll().doOnSuccess(_ -> unconfirmed.allRepaired(mark));
  }

  private Mono<Void> repairSome() {
    return Mono.defer(
        () -> {
          var keys = unconfirmed.some(BATCH);
          if (keys.isEmpty()) {
            return Mono.empty();
          }
          return commands
              .forget(keys.stream().map(Map.Entry::getKey).toList())
              .doOnNext(
                  _ -> {
                    unconfirmed.repaired(keys);
                    repaired.increment(keys.size());
                  })
              .then(repairSome());
        });
  }

  @Override
  public void stop() {
    var current = running;
    if (current != null) {
      current.dispose();
    }
    running = null;
  }

  @Override
  public boolean isRunning() {
    return running != null;
  }
}
