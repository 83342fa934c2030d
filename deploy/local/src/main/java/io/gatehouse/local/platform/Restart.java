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
 * ready and known to the registry before the old one leaves it, so no request is lost.
 */
public final class Restart {
  private static final Duration TO_BE_KNOWN = Duration.ofSeconds(20);

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
      var known = Running.in(home);
      var launcher = new Launcher(home, Secrets.in(home));
      var context = new Context(settings, known, launcher);
      var instances =
          known.stream().filter(one -> one.component().equals(service.title())).toList();
      if (instances.isEmpty()) {
        throw new Failure(service.title() + " is not running: ./gatehouse up starts it.");
      }
      for (var old : instances) {
        replace(service, old, context);
      }
    }
  }

  private record Context(Settings settings, List<Running> known, Launcher launcher) {
    int portOf(String name) {
      return known.stream()
          .filter(one -> one.name().equals(name) && one.isAlive())
          .findFirst()
          .orElseThrow(
              () -> new Failure(name + " is not running: ./gatehouse up starts what is missing."))
          .port();
    }
  }

  private void replace(Service service, Running old, Context context) {
    if (service.scales() && old.isAlive()) {
      var next = start(service, old.name() + "-next", new Ports(), context);
      awaitRegistered(service, next, context);
      progress.component(old.name(), "its successor is ready; the old one drains");
      new Shutdown(home).stop(old);
      rename(next, old.name());
    } else {
      new Shutdown(home).stop(old);
      start(service, old.name(), new Ports(), context);
    }
    progress.component(old.name(), "restarted");
  }

  private Running start(Service service, String name, Ports ports, Context context) {
    var discovery =
        service == Service.DISCOVERY
            ? ports.preferring(service.port())
            : context.portOf(Service.DISCOVERY.title());
    var environment =
        new Environment(
            home,
            context.settings(),
            Secrets.in(home),
            discovery,
            context.portOf(Postgres.NAME),
            context.portOf(Redis.NAME));
    var port =
        switch (service) {
          case GATEWAY -> context.settings().port();
          case DISCOVERY -> discovery;
          case AUTH_SERVER, USER_SERVICE, ORDER_SERVICE -> ports.preferring(service.port());
        };
    var variables = environment.of(service, port, ports.preferring(service.managementPort()));
    var launcher = context.launcher();
    var running = launcher.service(UnpackedService.latest(home, service), name, variables);
    try {
      launcher.awaitReady(running);
    } catch (Launcher.ComponentFailed died) {
      new Shutdown(home).stop(running);
      throw new Failure(
          "%s; the last lines of %s:%n%s"
              .formatted(died.getMessage(), home.log(name), home.lastLines(name, 20).indent(4)),
          died);
    }
    return running;
  }

  private void awaitRegistered(Service service, Running next, Context context) {
    var credentials = "gatehouse:" + Secrets.in(home).password("discovery");
    var path = "/eureka/apps/" + service.title().toUpperCase(Locale.ROOT);
    var deadline = System.nanoTime() + TO_BE_KNOWN.toNanos();
    var port = "\"$\":" + next.port();
    while (!Probe.of(context.portOf(Service.DISCOVERY.title()), path, credentials)
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
