package io.gatehouse.local;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Running;
import io.gatehouse.local.platform.Services;
import io.gatehouse.local.platform.Settings;
import io.gatehouse.local.platform.Shutdown;
import io.gatehouse.local.platform.Startup;
import io.gatehouse.local.platform.StartupCaches;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "up", description = "Starts what is not running yet, and waits until it is ready.")
final class UpCommand implements Callable<Integer> {
  @Mixin private final DataFolder folder = new DataFolder();

  @Option(names = "--detach", description = "return when ready instead of staying in front")
  private boolean detach;

  @Option(names = "--port", paramLabel = "N", description = "the public port (default: 8080)")
  private @Nullable Integer port;

  @Option(names = "--scale", paramLabel = "SERVICE=N", description = "run N instances of a service")
  private Map<String, Integer> scale = Map.of();

  @Option(names = "--standby", description = "run a standby of PostgreSQL that can take over")
  private boolean standby;

  @Option(
      names = "--with",
      paramLabel = "EXTRA",
      description = "also run kafka: a broker, and the connector that sends events to it")
  private Set<String> with = Set.of();

  @Spec private @Nullable CommandSpec spec;

  private final Progress progress;

  UpCommand(Progress progress) {
    this.progress = progress;
  }

  @Override
  public Integer call() {
    checkOptions();
    var home = folder.toStart();
    var settings = settings(home);
    folder.checkNeighbour(home, settings.port());
    var startup = Startup.of(home, settings, progress);
    folder.note(home);
    var armed = new AtomicBoolean(true);
    var undo = new Thread(() -> undo(armed, home, startup, progress));
    Runtime.getRuntime().addShutdownHook(undo);
    int count;
    try {
      count = startup.run();
    } catch (Failure failure) {
      armed.set(false);
      startup.undo();
      throw failure;
    }
    if (count == 0) {
      armed.set(false);
      progress.line("Gatehouse already runs.");
      welcome(settings, progress);
      return 0;
    }
    progress.line("Ready after %.1f s.".formatted(startup.took().toMillis() / 1000.0));
    welcome(settings, progress);
    makeStartupCaches(home);
    if (detach) {
      armed.set(false);
      progress.line("Stop it with ./gatehouse down");
      return 0;
    }
    progress.line("Ctrl-C stops it.");
    watch(home, startup, progress);
    armed.set(false);
    return 0;
  }

  private Settings settings(Home home) {
    var runs = Running.in(home).stream().anyMatch(Running::isAlive);
    var saved = runs ? Settings.saved(home) : java.util.Optional.<Settings>empty();
    if (saved.isEmpty()) {
      return Settings.requested(port, new TreeMap<>(scale), standby, with);
    }
    if (port != null && port != saved.get().port()) {
      throw new Failure(
          "Gatehouse already runs at %s from this data folder; stop it with ./gatehouse down first."
              .formatted(saved.get().publicUrl()));
    }
    if (standby && !saved.get().standby()) {
      throw new Failure(
          "Gatehouse already runs without a standby; stop it with ./gatehouse down first.");
    }
    var merged = new TreeMap<>(saved.get().scale());
    merged.putAll(scale);
    return saved.get().extended(merged, with);
  }

  private void checkOptions() {
    if (port != null && (port < 1 || port > Settings.MAX_PORT)) {
      throw misuse("--port takes 1 to %d, not %d.".formatted(Settings.MAX_PORT, port));
    }
    var services = Services.read(folder.toStart().root());
    scale.forEach((name, count) -> checkScale(services, name, count));
    for (var extra : with) {
      if (!services.extras().contains(extra)) {
        throw misuse(
            "--with takes %s, not %s.".formatted(String.join(", ", services.extras()), extra));
      }
    }
  }

  private void checkScale(Services services, String name, int count) {
    var service = services.find(name).orElseThrow(() -> misuse(services.unknown(name)));
    if (!service.scales() && count != 1) {
      throw misuse(name + " runs once on one machine; scale the services behind it.");
    }
    if (count < 1 || count > 9) {
      throw misuse("--scale takes 1 to 9 instances of a service, not " + count + ".");
    }
  }

  private ParameterException misuse(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }

  private static void undo(AtomicBoolean armed, Home home, Startup startup, Progress progress) {
    if (!armed.getAndSet(false)) {
      return;
    }
    progress.line("Stopping");
    if (startup.startedAll()) {
      startup.undo();
      new Shutdown(home).stopAll();
    } else {
      startup.undo();
    }
    progress.line("Stopped.");
  }

  private static void welcome(Settings settings, Progress progress) {
    var url = settings.publicUrl();
    progress.line("");
    progress.line("  Platform      " + url);
    progress.line("  HTTPS         https://localhost:" + settings.httpsPort());
    progress.line("  Console       " + url.resolve("/console/"));
    progress.line("  API           " + url.resolve("/docs"));
    progress.line("  Sign-in       " + url.resolve("/login"));
    if (settings.demo()) {
      progress.line("  Demo          ada@example.com, or grace@example.com (ADMIN)");
      progress.line("  Password      correct-horse-battery");
      progress.line("  Token         ./gatehouse token --user ada@example.com");
    }
    progress.line("");
  }

  private static void makeStartupCaches(Home home) {
    var caches = new StartupCaches(home);
    if (StartupCaches.wanted() && !caches.missing().isEmpty()) {
      caches.makeInBackground(
          List.of(
              System.getProperty("java.home") + "/bin/java",
              "-Xmx48m",
              "-XX:+UseSerialGC",
              "-XX:TieredStopAtLevel=1",
              "-Dgatehouse.root=" + home.root(),
              "-cp",
              System.getProperty("java.class.path"),
              Gatehouse.class.getName(),
              "make-startup-caches",
              "--data",
              home.data().toString()));
    }
  }

  /** Tells what dies meanwhile; ends when somebody else stopped the platform. */
  private static void watch(Home home, Startup startup, Progress progress) {
    Set<String> dead = new HashSet<>();
    while (true) {
      startup.pause();
      var known = Running.in(home);
      if (known.stream().filter(one -> one.port() > 0).findAny().isEmpty()) {
        progress.line("Gatehouse was stopped.");
        return;
      }
      for (var one : known) {
        if (one.port() == 0) {
          continue;
        }
        if (one.isAlive()) {
          dead.remove(one.name());
        } else if (dead.add(one.name())) {
          progress.line(
              one.name() + " died; the others serve on, and ./gatehouse up starts it again.");
        }
      }
    }
  }
}
