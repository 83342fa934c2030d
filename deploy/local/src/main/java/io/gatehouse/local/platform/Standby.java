package io.gatehouse.local.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A second PostgreSQL beside the first, which has on disk whatever that one acknowledges, and can
 * take its place. It is made anew whenever the first one starts; once it was promoted, its folder
 * is the first one's at the next start.
 */
public final class Standby {
  public static final String NAME = "postgresql-standby";

  /** A server that finds this file in its folder follows another. */
  static final String SIGNAL = "standby.signal";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Standby() {}

  static Path folder(Home home) {
    return home.data().resolve("postgres-standby");
  }

  /** Whether there is one that could be promoted. */
  public static boolean isRunning(Home home) {
    return Running.named(home, NAME).filter(Running::isAlive).isPresent();
  }

  /** Whether it is no standby any more: its server follows nobody. */
  static boolean isPromoted(Home home) {
    return Files.isDirectory(folder(home)) && !Files.exists(folder(home).resolve(SIGNAL));
  }

  /**
   * Makes the running standby the primary, as who watches a cluster does once the first one is
   * dead; returns when it takes writes.
   */
  public static void promote(Home home) {
    var command = new ArrayList<>(new PostgresCluster(home, Secrets.in(home)).program("pg_ctl"));
    command.addAll(List.of("promote", "-w", "-D", folder(home).toString()));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(NAME).toFile()));
    try {
      var process = Programs.start(builder);
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new Failure("The standby cannot be promoted:\n" + home.lastLines(NAME, 5));
      }
    } catch (IOException failed) {
      throw new Failure("The standby cannot be promoted: " + Failure.reason(failed), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Failure("Stopped while promoting the standby.", stopped);
    }
  }

  /**
   * Before the first server starts, and while neither runs: the folder of a standby that was
   * promoted becomes the first one's, and what the first one had is kept beside; that of a standby
   * that was not is thrown away. Whatever cuts this short, the next start goes on with it.
   */
  static void settle(Home home) {
    var first = home.data().resolve("postgres");
    var former = home.data().resolve("postgres-before-failover");
    if (!isPromoted(home)) {
      Archives.deleteTree(folder(home));
      return;
    }
    try {
      if (Files.exists(first)) {
        Archives.deleteTree(former);
        Files.move(first, former, StandardCopyOption.ATOMIC_MOVE);
      }
      Files.move(folder(home), first, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failed) {
      throw new Failure(
          "Cannot move the promoted standby's data to " + first + ": " + Failure.reason(failed),
          failed);
    }
  }
}
