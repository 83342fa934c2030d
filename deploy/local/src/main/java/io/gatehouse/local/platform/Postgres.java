package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A real PostgreSQL, durable: what it has acknowledged survives the loss of power. */
final class Postgres {
  static final String NAME = "postgresql";
  static final String LOCK_FILE = "postmaster.pid";

  private static final List<String> SETTINGS =
      List.of(
          "listen_addresses=127.0.0.1",
          "unix_socket_directories=",
          "fsync=on",
          "synchronous_commit=on",
          "full_page_writes=on",
          "max_connections=200",
          // For the connector; a slot that nobody reads is given up at last.
          "wal_level=logical",
          "max_slot_wal_keep_size=1GB",
          "jit=off",
          "timezone=UTC",
          "log_timezone=UTC",
          "log_checkpoints=off");

  /** A standby that was away for a while finds the log that it missed. */
  private static final List<String> SYNCHRONOUS =
      List.of("synchronous_standby_names=standby", "wal_keep_size=1GB");

  /** No system gives a process this id. */
  private static final String NOBODY = String.valueOf(Integer.MAX_VALUE);

  private final Home home;
  private final PostgresCluster cluster;

  Postgres(Home home, Secrets secrets) {
    this.home = home;
    this.cluster = new PostgresCluster(home, secrets);
  }

  /** Starts it; the first time also makes the cluster, and any time the databases that miss. */
  Running start(int port) {
    return start(port, false);
  }

  /**
   * Starts it, like {@link #start(int)}.
   *
   * @param withStandby whether commits wait for a standby, which is made and has to be started,
   *     unless it runs
   */
  Running start(int port, boolean withStandby) {
    var followed = Standby.isRunning(home);
    if (!followed) {
      Standby.settle(home);
    }
    cluster.make();
    clearTheWay(cluster.data());
    cluster.makeDatabases();
    if (withStandby && !followed) {
      cluster.copyForStandby(Standby.folder(home), port);
    }
    return launch(NAME, cluster.data(), port, withStandby ? SYNCHRONOUS : List.of());
  }

  /** Starts the standby that was made for the first server, anew if it was killed. */
  Running startStandby(int port) {
    clearTheWay(Standby.folder(home));
    return launch(Standby.NAME, Standby.folder(home), port, List.of());
  }

  private Running launch(String name, Path data, int port, List<String> settings) {
    var command = serverCommand(data, port, settings);
    var process = OsProcess.launch(command, PostgresCluster.ENVIRONMENT, home.log(name));
    var running = new Running(name, NAME, process, port, 0, "");
    running.save(home);
    return running;
  }

  /** The server says so itself in the last line of its lock file. */
  static boolean isReady(Home home, Running running) {
    var lock = lockFile(folder(home, running));
    return lock.size() >= 8
        && lock.getFirst().strip().equals(String.valueOf(running.process().pid()))
        && (lock.get(7).startsWith("ready") || lock.get(7).startsWith("standby"));
  }

  private static Path folder(Home home, Running running) {
    return running.name().equals(Standby.NAME)
        ? Standby.folder(home)
        : home.data().resolve("postgres");
  }

  /** Fast shutdown: open connections are cut, everything committed is written. */
  static void stop(OsProcess process) {
    process.signal("INT");
    if (!process.endsWithin(Duration.ofSeconds(30))) {
      process.stop("QUIT", Duration.ofSeconds(5));
    }
  }

  /** The sentence for a server that ended before it was ready. */
  static String whyItEnded(Home home) {
    return "PostgreSQL ended before it was ready. If the lines below speak of damaged or missing files, the data folder "
        + home.data()
        + " is damaged: restore it from a backup, or move it away to start afresh.";
  }

  private List<String> serverCommand(Path data, int port, List<String> more) {
    var command = new ArrayList<>(cluster.program("postgres"));
    command.addAll(List.of("-D", data.toString(), "-p", String.valueOf(port)));
    for (var setting : Stream.concat(SETTINGS.stream(), more.stream()).toList()) {
      command.add("-c");
      command.add(setting);
    }
    return command;
  }

  /**
   * What a killed server left: its lock file names a process. If that is still a server on this
   * folder it is stopped. If it is dead but not reaped, or another program has that id now, the
   * server would take it for another one and refuse; then the file names nobody. The file itself
   * stays, because by it the server knows whether a former child still writes.
   */
  private static void clearTheWay(Path data) {
    pidOf(lockFile(data))
        .flatMap(ProcessHandle::of)
        .filter(ProcessHandle::isAlive)
        .ifPresent(
            handle -> {
              var process = new OsProcess(handle.pid(), handle.info().startInstant().orElseThrow());
              var isServer = handle.info().command().orElse("").endsWith("postgres");
              if (isServer && process.isAlive()) {
                stop(process);
              } else {
                nameNobodyInLockFile(data);
              }
            });
  }

  private static Optional<Long> pidOf(List<String> lockFile) {
    try {
      return lockFile.isEmpty()
          ? Optional.empty()
          : Optional.of(Long.parseLong(lockFile.getFirst().strip()));
    } catch (NumberFormatException torn) {
      return Optional.empty();
    }
  }

  private static List<String> lockFile(Path data) {
    return PostgresCluster.lines(data.resolve(LOCK_FILE));
  }

  private static void nameNobodyInLockFile(Path data) {
    var lines = new ArrayList<>(lockFile(data));
    lines.set(0, NOBODY);
    try {
      Files.write(data.resolve(LOCK_FILE), lines);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
