package io.gatehouse.local.platform;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * Stops components gracefully: the services together, the registry they leave, then their stores.
 */
public final class Shutdown {
  /** The drain window, the time to finish requests, and some air. */
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Home home;

  public Shutdown(Home home) {
    this.home = home;
  }

  /**
   * Stops everything that was started from this data folder.
   *
   * @return how many components were running
   */
  public long stopAll() {
    if (!java.nio.file.Files.isDirectory(home.run())) {
      return 0;
    }
    try (var _ = Lock.on(home)) {
      var all = Running.in(home);
      var alive = all.stream().filter(Running::isAlive).count();
      stop(all);
      return alive;
    }
  }

  void stop(List<Running> components) {
    components.stream()
        .collect(Collectors.groupingBy(Shutdown::place, TreeMap::new, Collectors.toList()))
        .values()
        .forEach(this::stopTogether);
  }

  private enum Place {
    /** Helpers would start what is being stopped. */
    HELPERS,
    SERVICES,
    REGISTRY,
    STORES
  }

  private static Place place(Running running) {
    return switch (running.component()) {
      case StartupCaches.NAME -> Place.HELPERS;
      case Postgres.NAME, Redis.NAME, Kafka.NAME -> Place.STORES;
      case Services.REGISTRY -> Place.REGISTRY;
      default -> Place.SERVICES;
    };
  }

  private void stopTogether(List<Running> components) {
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      components.forEach(component -> workers.execute(() -> stop(component)));
    }
  }

  void stop(Running running) {
    switch (running.component()) {
      case Postgres.NAME -> Postgres.stop(running.process());
      case Redis.NAME -> Redis.stop(running.process());
      case Kafka.NAME -> Kafka.stop(running.process());
      default -> running.process().stop("TERM", PATIENCE);
    }
    running.forget(home);
  }
}
