package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Starts single components and waits until they are ready. Remembers what it started. */
final class Launcher {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final int PORT_TRIES = 3;

  private final Home home;
  private final Secrets secrets;
  private final Duration patience = patience();
  private final List<Running> started = new ArrayList<>();
  private volatile boolean cancelled;

  Launcher(Home home, Secrets secrets) {
    this.home = home;
    this.secrets = secrets;
  }

  /** Three minutes, or what {@code GATEHOUSE_START_TIMEOUT} says in seconds. */
  private static Duration patience() {
    var given = System.getenv("GATEHOUSE_START_TIMEOUT");
    try {
      return Duration.ofSeconds(given == null ? 180 : Integer.parseUnsignedInt(given));
    } catch (NumberFormatException malformed) {
      throw new Failure("GATEHOUSE_START_TIMEOUT takes seconds, not " + given, malformed);
    }
  }

  synchronized List<Running> started() {
    return List.copyOf(started);
  }

  /** No waiting goes on and nothing more is started. */
  synchronized void cancel() {
    cancelled = true;
  }

  boolean isCancelled() {
    return cancelled;
  }

  private synchronized Running remember(Starting starting) {
    if (cancelled) {
      throw new Failure("Stopped.");
    }
    var running = starting.start();
    started.add(running);
    return running;
  }

  private interface Starting {
    Running start();
  }

  Running postgres(int port) {
    return postgres(port, false);
  }

  Running postgres(int port, boolean withStandby) {
    keepLastLog(Postgres.NAME);
    var postgres = new Postgres(home, secrets);
    // A killed server's children may live for a moment and keep the new one out.
    for (var attempt = 1; ; attempt++) {
      var running = remember(() -> postgres.start(port, withStandby));
      try {
        await(running, () -> Postgres.isReady(home, running));
        return running;
      } catch (ComponentFailed failure) {
        var blocked = home.lastLines(Postgres.NAME, 5).contains("is still in use");
        if (!blocked || attempt == 20) {
          throw failure;
        }
        OsProcess.pause(Duration.ofMillis(500));
      }
    }
  }

  /** Made by the start of the first server. */
  Running standby(int port) {
    keepLastLog(Standby.NAME);
    var postgres = new Postgres(home, secrets);
    var running = remember(() -> postgres.startStandby(port));
    await(running, () -> Postgres.isReady(home, running));
    return running;
  }

  Running redis(int port) {
    keepLastLog(Redis.NAME);
    var redis = new Redis(home, secrets);
    var running = remember(() -> redis.start(port));
    await(running, () -> redis.isReady(running));
    return running;
  }

  Running kafka(int port, int controllerPort) {
    keepLastLog(Kafka.NAME);
    var kafka = new Kafka(home);
    var running = remember(() -> kafka.start(port, controllerPort));
    await(running, () -> Kafka.isReady(running));
    return running;
  }

  /**
   * Starts an instance and waits until it takes requests; on other ports when another program, such
   * as another platform that starts, took one between its choice and the start.
   *
   * @param environment chooses the ports, anew for each try
   */
  Running readyService(
      UnpackedService unpacked, String name, Supplier<Map<String, String>> environment) {
    for (var tries = PORT_TRIES; ; tries--) {
      var running = service(unpacked, name, environment.get());
      try {
        awaitReady(running);
        return running;
      } catch (ComponentFailed failed) {
        if (tries == 1 || running.isAlive() || !hasLostAPort(running)) {
          throw failed;
        }
      }
    }
  }

  private static boolean hasLostAPort(Running died) {
    return !Ports.isFree(died.port()) || !Ports.isFree(died.managementPort());
  }

  /** Starts an instance and returns at once. */
  Running service(UnpackedService unpacked, String name, Map<String, String> environment) {
    keepLastLog(name);
    return remember(
        () -> {
          var port = environment.getOrDefault("SERVER_PORT", "0");
          var command = unpacked.command(emptied(home.temporary().resolve(port)));
          var process = OsProcess.launch(command, environment, home.log(name));
          var running =
              new Running(
                  name,
                  unpacked.service().name(),
                  process,
                  Integer.parseInt(port),
                  Integer.parseInt(environment.getOrDefault("MANAGEMENT_SERVER_PORT", "0")),
                  unpacked.folder().toString());
          running.save(home);
          return running;
        });
  }

  /** A killed process cleans up nothing: its successor begins with an empty folder. */
  private static Path emptied(Path folder) {
    try {
      Archives.deleteTree(folder);
      return Files.createDirectories(folder);
    } catch (IOException failed) {
      throw new Failure("Cannot write " + folder + ": " + Failure.reason(failed), failed);
    }
  }

  private void awaitReady(Running running) {
    await(running, () -> isReady(running));
  }

  /**
   * Whether a service says that it takes requests, and nobody else says so on its port; the gateway
   * only once every route has somebody.
   */
  private boolean isReady(Running running) {
    if (!Probe.of(running.managementPort(), "/actuator/health/readiness").ok()
        || !Probe.of(running.managementPort(), "/actuator/info")
            .body()
            .contains("\"pid\":%d,".formatted(running.process().pid()))) {
      return false;
    }
    return !Services.DOOR.equals(running.component())
        || Probe.ofHealth(Settings.saved(home).orElseThrow(), running.port()).ok();
  }

  private void await(Running running, BooleanSupplier ready) {
    var deadline = System.nanoTime() + patience.toNanos();
    while (!ready.getAsBoolean()) {
      if (cancelled) {
        throw new Failure("Stopped.");
      }
      if (!running.isAlive()) {
        throw new ComponentFailed(running.name(), "ended before it was ready");
      }
      if (System.nanoTime() > deadline) {
        throw new ComponentFailed(
            running.name(),
            "was not ready within %d s%s; where a machine needs longer, GATEHOUSE_START_TIMEOUT says how many seconds"
                .formatted(patience.toSeconds(), othersThatAreNotReady(running)));
      }
      OsProcess.pause(LOOK_EVERY);
    }
  }

  /** Whom it may have waited for. */
  private String othersThatAreNotReady(Running running) {
    var names =
        Running.in(home).stream()
            .filter(one -> one.managementPort() > 0 && !one.name().equals(running.name()))
            .filter(one -> !Probe.of(one.managementPort(), "/actuator/health/readiness").ok())
            .map(Running::name)
            .toList();
    return names.isEmpty() ? "" : ", nor was " + String.join(", nor ", names);
  }

  /** Each start has a log of its own; the one before it is kept. */
  private void keepLastLog(String name) {
    var log = home.log(name);
    try {
      if (Files.exists(log)) {
        Files.move(
            log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException failed) {
      throw new Failure("Cannot write " + log + ": " + Failure.reason(failed), failed);
    }
  }

  /** A component that stopped the whole start. */
  static final class ComponentFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String component;

    ComponentFailed(String component, String what) {
      super(component + " " + what);
      this.component = component;
    }

    String component() {
      return component;
    }
  }
}
