package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Replaces a service's processes one after another. Where two can run side by side, the new one is
 * ready and known to the registry before the old one leaves it, so no request is lost. While the
 * registry is away nobody would find a new address: then the new one takes the old one's place.
 */
public final class Restart {
  private static final Duration TO_BE_KNOWN = Duration.ofSeconds(20);
  private static final int LOG_LINES = 20;

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
          context.known().stream().filter(one -> one.component().equals(service.title())).toList();
      if (instances.isEmpty()) {
        throw new Failure(service.title() + " is not running: ./gatehouse up starts it.");
      }
      for (var old : instances) {
        replace(service, old, context);
      }
    }
  }

  private record Context(
      Settings settings, Secrets secrets, List<Running> known, Launcher launcher) {
    /** Where it listens, or did before it died: others still look for it there. */
    int portOf(String name) {
      return component(name).port();
    }

    Running component(String name) {
      return known.stream()
          .filter(one -> one.name().equals(name))
          .findFirst()
          .orElseThrow(() -> missing(name));
    }

    void require(String name) {
      if (!component(name).isAlive()) {
        throw missing(name);
      }
    }

    private static Failure missing(String name) {
      return new Failure(name + " is not running: ./gatehouse up starts what is missing.");
    }
  }

  private void replace(Service service, Running old, Context context) {
    if (service.database().isPresent()) {
      context.require(Postgres.NAME);
    }
    if (service == Service.DISCOVERY || !old.isAlive() || !service.scales()) {
      if (service == Service.GATEWAY && !registryAnswers(context)) {
        throw new Failure(
            "The registry does not answer, and a new gateway would find nobody without it: ./gatehouse up, or ./gatehouse restart discovery, comes first.");
      }
      replaceInPlace(service, old, context);
    } else if (registryAnswers(context)) {
      replaceSideBySide(service, old, context);
    } else {
      progress.component(
          old.name(), "the registry does not answer: the new one takes the old one's address");
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
    var port =
        switch (service) {
          case GATEWAY -> context.settings().port();
          case DISCOVERY, AUTH_SERVER, USER_SERVICE, ORDER_SERVICE -> ports.preferring(preferred);
        };
    var environment =
        new Environment(
            home,
            context.settings(),
            context.secrets(),
            service == Service.DISCOVERY ? port : context.portOf(Service.DISCOVERY.title()),
            context.portOf(Postgres.NAME),
            context.portOf(Redis.NAME));
    var variables = environment.of(service, port, ports.preferring(service.managementPort()));
    var launcher = context.launcher();
    var running = launcher.service(UnpackedService.latest(home, service), name, variables);
    try {
      launcher.awaitReady(running);
    } catch (Launcher.ComponentFailed died) {
      new Shutdown(home).stop(running);
      throw new Failure(
          "%s; the last lines of %s:%n%s"
              .formatted(
                  died.getMessage(),
                  home.log(name),
                  home.lastLines(name, LOG_LINES).indent(4).stripTrailing()),
          died);
    }
    return running;
  }

  private boolean registryAnswers(Context context) {
    var registry = context.component(Service.DISCOVERY.title());
    return registry.isAlive()
        && Probe.of(registry.port(), "/eureka/apps", credentials(context)).ok();
  }

  private static String credentials(Context context) {
    return "gatehouse:" + context.secrets().password("discovery");
  }

  private void awaitRegistered(Service service, Running next, Context context) {
    var path = "/eureka/apps/" + service.title().toUpperCase(Locale.ROOT);
    var deadline = System.nanoTime() + TO_BE_KNOWN.toNanos();
    var port = "\"$\":" + next.port();
    while (!Probe.of(context.portOf(Service.DISCOVERY.title()), path, credentials(context))
        .body()
        .contains(port)) {
      if (System.nanoTime() > deadline) {
        new Shutdown(home).stop(next);
        throw new Failure(
            "The new %s did not reach the registry within %d s; the old one still serves."
                .formatted(service.title(), TO_BE_KNOWN.toSeconds()));
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
