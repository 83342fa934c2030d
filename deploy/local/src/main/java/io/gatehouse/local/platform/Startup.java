package io.gatehouse.local.platform;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** Starts what is missing, all at the same time, and waits until the platform is ready. */
public final class Startup {
  private final Home home;
  private final Settings settings;
  private final Progress progress;
  private final Secrets secrets;
  private final Launcher launcher;
  private final Ports ports = new Ports();
  private final long begun = System.nanoTime();
  private final boolean fresh;
  private final Optional<Settings> former;
  private volatile List<Running> forgotten = List.of();
  private volatile List<String> added = List.of();
  private volatile boolean began;
  private volatile boolean complete;

  private Startup(Home home, Settings settings, Progress progress) {
    this.home = home;
    this.settings = settings;
    this.progress = progress;
    this.secrets = Secrets.in(home);
    this.launcher = new Launcher(home, secrets);
    this.fresh = Running.in(home).stream().noneMatch(Running::isAlive);
    this.former = Settings.saved(home);
    settings.checkEnvironment();
    if (fresh) {
      Archives.deleteTree(home.temporary());
    }
  }

  /** A start of the platform in this folder; nothing runs before {@link #run}. */
  public static Startup of(Home home, Settings settings, Progress progress) {
    return new Startup(home.prepared(), settings, progress);
  }

  /** Whether all is ready and nothing ran before. */
  public boolean startedAll() {
    return fresh && complete;
  }

  public Duration took() {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /**
   * Returns when all are ready.
   *
   * @return how many components were started; 0 when all ran already
   */
  public int run() {
    var count = startMissing();
    if (!added.isEmpty()) {
      introduce();
    }
    complete = true;
    return count;
  }

  /** Who ran before knows no route and no scope of a service that is new. */
  private void introduce() {
    progress.line("Restarting what has to know " + String.join(", ", added));
    var restart = new Restart(home, progress);
    for (var name : List.of(Services.ISSUER, Services.DOOR)) {
      Services.of(home).find(name).ifPresent(restart::of);
    }
  }

  private int startMissing() {
    try (var _ = Lock.on(home)) {
      var plan = StartPlan.of(home, settings);
      if (plan.isEmpty()) {
        return 0;
      }
      plan.postgres().ifPresent(_ -> requireDatabases());
      requireNoSuccessor(plan);
      if (plan.present(Services.DOOR).isEmpty()) {
        requireFree(settings.port());
        requireFree(settings.httpsPort());
      }
      began = true;
      settings.save(home);
      progress.line("Starting " + String.join(", ", plan.missing()));
      execute(plan);
      GatewaysView.await(settings, plan.present(Services.DOOR), plan.serviceNames(), progress);
      added = plan.added();
      return launcher.started().size();
    }
  }

  /** Stops what this start started, and nothing else; what ran before is known as it was. */
  public void undo() {
    launcher.cancel();
    new Shutdown(home).stop(launcher.started());
    if (began && !fresh) {
      former.ifPresent(settings -> settings.save(home));
      forgotten.forEach(one -> one.save(home));
    }
  }

  /** Between two looks at what runs. */
  public void pause() {
    OsProcess.pause(Duration.ofMillis(500));
  }

  /** Databases are made while no server runs on the folder. */
  private void requireDatabases() {
    var made = PostgresCluster.databases(home);
    if (settings.withKafka() && !made.contains(PostgresCluster.CONNECTOR)) {
      throw new Failure(
          "The connector's role is made when PostgreSQL starts: run ./gatehouse down, then up"
              + " --with kafka.");
    }
    for (var service : Services.of(home).all()) {
      service
          .database()
          .filter(database -> !made.contains(database))
          .ifPresent(
              database -> {
                throw new Failure(
                    "%s is new, and its database %s is made when PostgreSQL starts: run ./gatehouse down, then up."
                        .formatted(service.name(), database));
              });
    }
  }

  /** A dead server that starts again beside its successor would not know what that one took. */
  private void requireNoSuccessor(StartPlan plan) {
    if (plan.postgres().isEmpty()
        && plan.present(Standby.NAME).isPresent()
        && Standby.isPromoted(home)) {
      throw new Failure(
          "PostgreSQL's standby has taken its place, and serves: ./gatehouse down and up --standby"
              + " make it a new standby.");
    }
  }

  private static void requireFree(int port) {
    if (!Ports.isFree(port)) {
      throw new Failure(
          "Port %d is in use by another program: stop that one, or choose another port with --port."
              .formatted(port));
    }
  }

  private void execute(StartPlan plan) {
    var postgresPort =
        plan.postgres().map(Running::port).orElseGet(() -> port(plan, Postgres.NAME, 5432));
    var standbyPort =
        plan.present(Standby.NAME)
            .map(Running::port)
            .orElseGet(() -> settings.standby() ? port(plan, Standby.NAME, 5433) : 0);
    var redisPort = plan.redis().map(Running::port).orElseGet(() -> port(plan, Redis.NAME, 6379));
    var kafkaPort =
        plan.present(Kafka.NAME)
            .map(Running::port)
            .orElseGet(() -> plan.lacks(Kafka.NAME) ? port(plan, Kafka.NAME, 9092) : 0);
    var discovery = Services.of(home).registry();
    var discoveryPort =
        plan.present(discovery.name())
            .map(Running::port)
            .orElseGet(() -> port(plan, discovery.name(), discovery.port()));
    forgotten = plan.dead();
    forgotten.forEach(one -> one.forget(home));
    var environment =
        new Environment(
            home,
            settings,
            secrets,
            discoveryPort,
            settings.standby() ? List.of(postgresPort, standbyPort) : List.of(postgresPort),
            redisPort,
            kafkaPort);
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var all = new ArrayList<CompletableFuture<?>>();
      var database = database(plan, workers, environment.postgres());
      all.add(database);
      if (plan.redis().isEmpty()) {
        all.add(task(workers, () -> ready(launcher.redis(redisPort))));
      }
      if (plan.lacks(Kafka.NAME)) {
        var controllerPort = ports.preferring(9093);
        all.add(task(workers, () -> ready(launcher.kafka(kafkaPort, controllerPort))));
      }
      for (var missing : plan.services()) {
        all.add(task(workers, () -> start(missing, environment, database)));
      }
      awaitAll(all);
    }
  }

  /** Ready when whatever writes to it is acknowledged: with its standby, if it is to have one. */
  private CompletableFuture<Running> database(
      StartPlan plan, ExecutorService workers, List<Integer> ports) {
    var first =
        plan.postgres()
            .map(CompletableFuture::completedFuture)
            .orElseGet(
                () ->
                    task(
                        workers,
                        () -> ready(launcher.postgres(ports.getFirst(), settings.standby()))));
    return !settings.standby() || plan.present(Standby.NAME).isPresent()
        ? first
        : first.thenApply(
            running -> {
              ready(launcher.standby(ports.getLast()));
              return running;
            });
  }

  /** What services that still run were told; else the preferred port, or any free one. */
  private int port(StartPlan plan, String name, int preferred) {
    var former = plan.dead(name).map(Running::port);
    if (former.isEmpty() || plan.present().stream().noneMatch(one -> one.managementPort() > 0)) {
      return ports.preferring(preferred);
    }
    if (!Ports.isFree(former.get())) {
      throw new Failure(
          "Port %d, where the running services expect %s, is in use by another program: stop that one, or run ./gatehouse down and up."
              .formatted(former.get(), name));
    }
    return former.get();
  }

  private Running start(
      StartPlan.Missing missing, Environment environment, CompletableFuture<Running> database) {
    var service = missing.service();
    var unpacked = UnpackedService.latest(home, service);
    if (service.database().isPresent() || service.with().isPresent()) {
      database.join();
    }
    return ready(
        launcher.readyService(unpacked, missing.name(), () -> environmentOf(service, environment)));
  }

  private Map<String, String> environmentOf(Service service, Environment environment) {
    var port =
        switch (service.name()) {
          case Services.DOOR -> settings.port();
          case Services.REGISTRY -> environment.discovery();
          default -> ports.preferring(service.port());
        };
    return environment.of(service, port, ports.managementOf(service, port));
  }

  private Running ready(Running running) {
    progress.component(
        running.name(),
        "ready after %.1f s on port %d".formatted(took().toMillis() / 1000.0, running.port()));
    return running;
  }

  private static <T> CompletableFuture<T> task(ExecutorService workers, Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, workers);
  }

  /** The first failure ends the wait for all others. */
  private void awaitAll(List<CompletableFuture<?>> all) {
    var failed = new CompletableFuture<Object>();
    var watched =
        all.stream()
            .map(
                one ->
                    one.whenComplete(
                        (_, thrown) -> {
                          if (thrown != null) {
                            failed.completeExceptionally(thrown);
                          }
                        }))
            .toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.anyOf(CompletableFuture.allOf(watched), failed).join();
    } catch (CompletionException thrown) {
      launcher.cancel();
      throw StartFailures.sentence(home, thrown.getCause() == null ? thrown : thrown.getCause());
    }
  }
}
