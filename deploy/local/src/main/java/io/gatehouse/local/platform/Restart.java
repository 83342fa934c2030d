package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Replaces a service's processes one after another. Where two can run side by side, the new one is
 * ready and known to the registry before the old one leaves it, so no request is lost. A registry
 * that is away is started first.
 */
public final class Restart {
  private static final Duration TO_BE_KNOWN = Duration.ofSeconds(20);
  private static final int LOG_LINES = 20;

  /** Each waits for two seconds. */
  private static final int LOOKS = 3;

  private final Home home;
  private final Progress progress;

  public Restart(Home home, Progress progress) {
    this.home = home;
    this.progress = progress;
  }

  public void of(Service service) {
    var settings =
        Settings.saved(home)
            .orElseThrow(() -> new Failure("Gatehouse is not running: ./gatehouse up starts it."));
    try (var _ = Lock.on(home)) {
      var secrets = Secrets.in(home);
      var context = new Context(settings, secrets, Running.in(home), new Launcher(home, secrets));
      var instances =
          context.known().stream().filter(one -> one.component().equals(service.name())).toList();
      if (instances.isEmpty()) {
        throw new Failure(service.name() + " is not running: ./gatehouse up starts it.");
      }
      if (!service.isRegistry()) {
        bringBackRegistry(context);
      }
      for (var old : instances) {
        replace(service, old, context);
      }
      GatewaysView.await(context.settings(), context.gateway(), List.of(service.name()), progress);
    }
  }

  private record Context(
      Settings settings, Secrets secrets, List<Running> known, Launcher launcher) {
    /** Where it listens, or did before it died: others still look for it there. */
    int portOf(String name) {
      return component(name).port();
    }

    /** Of the server and its standby, if it has one. */
    List<Integer> postgres() {
      return settings.standby()
          ? List.of(portOf(Postgres.NAME), portOf(Standby.NAME))
          : List.of(portOf(Postgres.NAME));
    }

    Running component(String name) {
      return known.stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .orElseThrow(() -> missing(name));
    }

    Optional<Running> gateway() {
      return known.stream()
          .filter(one -> one.name().equals(Services.DOOR) && one.isAlive())
          .findFirst();
    }

    void require(String name) {
      if (!component(name).isAlive()) {
        throw missing(name);
      }
    }

    /** The standby may have taken over. */
    void requireDatabase() {
      if (!settings.standby() || !component(Standby.NAME).isAlive()) {
        require(Postgres.NAME);
      }
    }

    private static Failure missing(String name) {
      return new Failure(name + " is not running: ./gatehouse up starts what is missing.");
    }
  }

  /** A new process finds nobody without the registry, and nobody finds it. */
  private void bringBackRegistry(Context context) {
    if (registryAnswers(context)) {
      return;
    }
    var registry = context.component(Services.REGISTRY);
    progress.component(registry.name(), "does not answer: it is started first");
    replaceInPlace(Services.of(home).registry(), registry, context);
  }

  private void replace(Service service, Running old, Context context) {
    if (service.database().isPresent()) {
      context.requireDatabase();
    }
    if (service.scales() && old.isAlive()) {
      replaceSideBySide(service, old, context);
    } else {
      replaceInPlace(service, old, context);
    }
    progress.component(old.name(), "restarted");
  }

  private void replaceSideBySide(Service service, Running old, Context context) {
    var next = start(service, old.name() + "-next", service.port(), context);
    awaitRegistered(service, next, context);
    progress.component(old.name(), "its successor is ready; the old one drains");
    new Shutdown(home).stop(old);
    rename(next, old.name());
  }

  private void replaceInPlace(Service service, Running old, Context context) {
    new Shutdown(home).stop(old);
    try {
      start(service, old.name(), old.port(), context);
    } catch (Failure failure) {
      old.save(home); // It is missing now, and status has to say so.
      throw failure;
    }
  }

  private Running start(Service service, String name, int preferred, Context context) {
    var ports = new Ports();
    try {
      return context
          .launcher()
          .readyService(
              UnpackedService.latest(home, service),
              name,
              () -> environmentOf(service, preferred, ports, context));
    } catch (Launcher.ComponentFailed died) {
      Running.named(home, name).ifPresent(new Shutdown(home)::stop);
      throw new Failure(
          "%s; the last lines of %s:%n%s"
              .formatted(
                  died.getMessage(),
                  home.log(name),
                  home.lastLines(name, LOG_LINES).indent(4).stripTrailing()),
          died);
    }
  }

  private Map<String, String> environmentOf(
      Service service, int preferred, Ports ports, Context context) {
    var port =
        switch (service.name()) {
          case Services.DOOR -> context.settings().port();
          case Services.REGISTRY -> preferred; // The others look for it there.
          default -> ports.preferring(preferred);
        };
    return new Environment(
            home,
            context.settings(),
            context.secrets(),
            service.isRegistry() ? port : context.portOf(Services.REGISTRY),
            context.postgres(),
            context.portOf(Redis.NAME),
            service.with().isPresent() ? context.portOf(Kafka.NAME) : 0)
        .of(service, port, ports.managementOf(service, port));
  }

  private static boolean registryAnswers(Context context) {
    var registry = context.component(Services.REGISTRY);
    for (var look = 0; look < LOOKS && registry.isAlive(); look++) {
      if (Probe.of(registry.port(), "/eureka/apps", credentials(context)).ok()) {
        return true;
      }
    }
    return false;
  }

  private static String credentials(Context context) {
    return "gatehouse:" + context.secrets().password("discovery");
  }

  private void awaitRegistered(Service service, Running next, Context context) {
    var path = "/eureka/apps/" + service.name().toUpperCase(Locale.ROOT);
    var deadline = System.nanoTime() + TO_BE_KNOWN.toNanos();
    var port = "\"$\":" + next.port();
    while (!Probe.of(context.portOf(Services.REGISTRY), path, credentials(context))
        .body()
        .contains(port)) {
      if (System.nanoTime() > deadline) {
        new Shutdown(home).stop(next);
        throw new Failure(
            "The new %s did not reach the registry within %d s; the old one still serves."
                .formatted(service.name(), TO_BE_KNOWN.toSeconds()));
      }
      OsProcess.pause(Duration.ofMillis(200));
    }
  }

  private void rename(Running next, String name) {
    try {
      Files.move(home.log(next.name()), home.log(name), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    new Running(
            name,
            next.component(),
            next.process(),
            next.port(),
            next.managementPort(),
            next.folder())
        .save(home);
    next.forget(home);
  }
}
