package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Makes the services' start-up caches (JEP 483, 514, 515) after the first start of a build: each
 * service runs once more beside the platform, unknown to the registry, and the JVM writes down at
 * its end what it loaded and compiled. A cache that is missing, stale or unusable costs time only.
 */
public final class StartupCaches {
  static final String NAME = "start-up caches";
  static final String FILE = "start-up-caches";

  private final Home home;

  public StartupCaches(Home home) {
    this.home = home;
  }

  /** Unless {@code GATEHOUSE_STARTUP_CACHES=off}, they are made and used. */
  public static boolean wanted() {
    return !"off".equals(System.getenv("GATEHOUSE_STARTUP_CACHES"));
  }

  /** The services whose latest build has none yet. */
  public List<Service> missing() {
    var missing = new ArrayList<Service>();
    for (var service : Services.of(home).all()) {
      if (!Files.isRegularFile(UnpackedService.latest(home, service).startupCache())) {
        missing.add(service);
      }
    }
    return missing;
  }

  /** Lets the command given make them, in the background and behind everything else. */
  public void makeInBackground(List<String> command) {
    var present = Running.in(home).stream().filter(one -> one.component().equals(NAME)).toList();
    if (present.stream().anyMatch(Running::isAlive)) {
      return;
    }
    var polite = new ArrayList<>(List.of("nice", "-n", "19"));
    polite.addAll(command);
    var process = OsProcess.launch(polite, Map.of(), home.log(FILE));
    new Running(FILE, NAME, process, 0, 0, "").save(home);
  }

  /** Makes the missing ones, one after another. */
  public void make() {
    var settings = Settings.saved(home).orElseThrow();
    for (var service : missing()) {
      make(service, settings);
    }
    Running.named(home, FILE).ifPresent(running -> running.forget(home));
  }

  private void make(Service service, Settings settings) {
    var unpacked = UnpackedService.latest(home, service);
    var draft = unpacked.startupCache().resolveSibling("draft-" + ProcessHandle.current().pid());
    var ports = new Ports();
    var port = ports.any();
    var managementPort = ports.any();
    var variables = new HashMap<>(environment(settings, ports).of(service, port, managementPort));
    variables.putAll(Environment.UNREGISTERED);
    var builder =
        new ProcessBuilder(unpacked.trainingCommand(draft))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(FILE).toFile()));
    builder.environment().putAll(variables);
    try {
      var process = Programs.start(builder);
      var cleanup = new Thread(() -> kill(process));
      Runtime.getRuntime().addShutdownHook(cleanup);
      try {
        train(process, port, managementPort);
      } finally {
        kill(process);
        Runtime.getRuntime().removeShutdownHook(cleanup);
      }
      if (Files.isRegularFile(draft)) {
        Files.move(draft, unpacked.startupCache(), StandardCopyOption.ATOMIC_MOVE);
      }
      Files.deleteIfExists(Path.of(draft + ".config"));
    } catch (IOException failed) {
      throw new Failure("Cannot make a start-up cache: " + Failure.reason(failed), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static void train(Process process, int port, int managementPort)
      throws InterruptedException {
    var deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (process.isAlive()
        && System.nanoTime() < deadline
        && !Probe.of(managementPort, "/actuator/health/readiness").ok()) {
      OsProcess.pause(Duration.ofMillis(200));
    }
    for (var path : List.of("/health", "/api/users/me", "/api/orders", "/oauth2/jwks", "/login")) {
      Probe.of(port, path);
    }
    process.destroy();
    process.waitFor(180, TimeUnit.SECONDS);
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  private Environment environment(Settings settings, Ports ports) {
    var known = Running.in(home);
    var training =
        new Settings(
            settings.publicUrl(),
            settings.port(),
            ports.any(),
            settings.scale(),
            settings.standby(),
            settings.with());
    return new Environment(
        home,
        training,
        Secrets.in(home),
        portOf(known, Services.REGISTRY),
        settings.standby()
            ? List.of(portOf(known, Postgres.NAME), portOf(known, Standby.NAME))
            : List.of(portOf(known, Postgres.NAME)),
        portOf(known, Redis.NAME),
        0);
  }

  private static int portOf(List<Running> known, String name) {
    return known.stream()
        .filter(one -> one.name().equals(name))
        .findFirst()
        .map(Running::port)
        .orElse(0);
  }
}
