package io.gatehouse.store;

import io.gatehouse.defaults.platform.Polling;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import reactor.core.publisher.Mono;

/**
 * Whether PostgreSQL answers. It is asked once a second when nobody else was answered since; three
 * polls in vain, and this instance is not ready. A full pool is no silence: its statements are
 * answered.
 */
final class DatabaseReadiness extends Polling implements HealthIndicator {
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int POLLS_IN_VAIN = 3;

  private final Database database;
  private final AtomicInteger inVain = new AtomicInteger();

  DatabaseReadiness(Database database) {
    super("asking whether PostgreSQL answers");
    this.database = database;
  }

  @Override
  public Health health() {
    return inVain.get() < POLLS_IN_VAIN ? Health.up().build() : Health.outOfService().build();
  }

  @Override
  protected Mono<Duration> pollOnce() {
    var before = database.answers();
    return Mono.delay(PAUSE)
        .then(Mono.defer(() -> database.answers() > before ? Mono.just(true) : asked(before)))
        .doOnNext(answered -> inVain.updateAndGet(polls -> answered ? 0 : polls + 1))
        .thenReturn(Duration.ZERO);
  }

  private Mono<Boolean> asked(long before) {
    return database
        .one("select 1", _ -> true)
        .onErrorComplete()
        .then(Mono.fromSupplier(() -> database.answers() > before));
  }
}
