package io.gatehouse.users.cache;

import io.gatehouse.defaults.platform.Polling;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Ten times a second, while something is wrong: asks whether Redis answers, makes the marked keys
 * absent, and only then lets reads use the cache again.
 */
final class CacheRepair extends Polling {
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final int BATCH = 500;

  private final RedisLink redis;
  private final CacheCommands commands;
  private final Unconfirmed unconfirmed;
  private final Counter repaired;

  CacheRepair(
      RedisLink redis, CacheCommands commands, Unconfirmed unconfirmed, MeterRegistry meters) {
    super("repairing the cache");
    this.redis = redis;
    this.commands = commands;
    this.unconfirmed = unconfirmed;
    this.repaired = meters.counter("users.cache.repaired.keys");
  }

  @Override
  protected Mono<Duration> pollOnce() {
    return tick().thenReturn(PAUSE);
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
}
