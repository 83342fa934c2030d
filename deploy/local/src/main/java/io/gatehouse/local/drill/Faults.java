package io.gatehouse.local.drill;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Progress;
import io.gatehouse.local.platform.Restart;
import io.gatehouse.local.platform.Running;
import io.gatehouse.local.platform.Service;
import io.gatehouse.local.platform.Services;
import io.gatehouse.local.platform.Settings;
import io.gatehouse.local.platform.Standby;
import io.gatehouse.local.platform.Startup;
import java.util.List;

/** The faults of a platform that runs from a data folder. */
final class Faults {
  private final Home home;
  private final Progress progress;

  Faults(Home home, Progress progress) {
    this.home = home;
    this.progress = progress;
  }

  /** SIGKILL of the first instance; started again as {@code up} does. */
  Fault kill(String component) {
    var victim = instance(component);
    return new Fault() {
      @Override
      public String announcement() {
        return "killing " + told(victim);
      }

      @Override
      public void inflict() {
        victim.process().kill();
      }

      @Override
      public void mend() {
        startMissing();
      }
    };
  }

  /** SIGSTOP of the first instance and of all its processes, then SIGCONT. */
  Fault hang(String component) {
    var victim = instance(component);
    return new Fault() {
      @Override
      public String announcement() {
        return "stopping " + told(victim) + " (SIGSTOP)";
      }

      @Override
      public void inflict() {
        victim.process().signalAll("STOP");
      }

      @Override
      public void mend() {
        victim.process().signalAll("CONT");
      }
    };
  }

  /** SIGKILL of the first database, whose place its standby takes for good. */
  Fault failover() {
    var primary = instance("postgresql");
    return new Fault() {
      @Override
      public String announcement() {
        return "killing " + told(primary) + " and promoting its standby";
      }

      @Override
      public void inflict() {
        primary.process().kill();
        Standby.promote(home);
      }

      @Override
      public void mend() {
        // The promoted one stays the primary; the next start makes it a standby of its own.
      }
    };
  }

  /** Each service in its turn. */
  List<Fault> restartAll() {
    return Services.read(home.root()).all().stream().map(this::restart).toList();
  }

  private Fault restart(Service service) {
    return new Fault() {
      @Override
      public String announcement() {
        return "restarting " + service.name();
      }

      @Override
      public void inflict() {
        new Restart(home, progress).of(service);
      }

      @Override
      public void mend() {
        // A restart that went well leaves nothing to be done.
        startMissing();
      }
    };
  }

  private void startMissing() {
    var startup = Startup.of(home, Settings.saved(home).orElseThrow(), progress);
    try {
      startup.run();
    } catch (Failure failed) {
      startup.undo();
      throw failed;
    }
  }

  private Running instance(String component) {
    return Running.in(home).stream()
        .filter(one -> one.component().equals(component) && one.isAlive())
        .findFirst()
        .orElseThrow(
            () ->
                new Failure(component + " is not running: ./gatehouse up starts what is missing."));
  }

  private static String told(Running victim) {
    return "%s (process %d)".formatted(victim.name(), victim.process().pid());
  }
}
