package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real PostgreSQL, durable: what it has acknowledged survives the loss of power. */
final class Postgres {
  static final String NAME = "postgresql";
  private static final String LOCK_FILE = "postmaster.pid";

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
    cluster.make();
    clearTheWay();
    cluster.makeDatabases();
    var process =
        OsProcess.launch(serverCommand(port), PostgresCluster.ENVIRONMENT, home.log(NAME));
    var running = new Running(NAME, NAME, process, port, 0, "");
    running.save(home);
    return running;
  }

  /** The server says so itself in the last line of its lock file. */
  boolean isReady(Running running) {
    var lock = lockFile();
    return lock.size() >= 8
        && lock.getFirst().strip().equals(String.valueOf(running.process().pid()))
        && lock.get(7).startsWith("ready");
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

  private List<String> serverCommand(int port) {
    var command = new ArrayList<>(cluster.program("postgres"));
    command.addAll(List.of("-D", cluster.data().toString(), "-p", String.valueOf(port)));
    for (var setting :
        List.of(
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "fsync=on",
            "synchronous_commit=on",
            "full_page_writes=on",
            "max_connections=200",
            "jit=off",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_checkpoints=off")) {
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
  private void clearTheWay() {
    pidOf(lockFile())
        .flatMap(ProcessHandle::of)
        .filter(ProcessHandle::isAlive)
        .ifPresent(
            handle -> {
              var process = new OsProcess(handle.pid(), handle.info().startInstant().orElseThrow());
              var isServer = handle.info().command().orElse("").endsWith("postgres");
              if (isServer && process.isAlive()) {
                stop(process);
              } else {
                nameNobodyInLockFile();
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

  private List<String> lockFile() {
    return PostgresCluster.lines(cluster.data().resolve(LOCK_FILE));
  }

  private void nameNobodyInLockFile() {
    var lines = new ArrayList<>(lockFile());
    lines.set(0, NOBODY);
    try {
      Files.write(cluster.data().resolve(LOCK_FILE), lines);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
