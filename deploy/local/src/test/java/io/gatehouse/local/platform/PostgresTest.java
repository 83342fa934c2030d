package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PostgresTest {
  @TempDir Path data;

  /** In a container whose first process reaps nobody, a killed server stays a zombie for ever. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void server_starts_whenTheKilledOneWasNeverReaped() throws Exception {
    var home = Home.of(Checkouts.ROOT, data).prepared();
    var launcher = new Launcher(home, Secrets.in(home));
    var first = launcher.postgres(new Ports().any());
    var left = Files.readAllLines(lockFile());
    Postgres.stop(first.process());

    // The child ends only after its parent has become a program that reaps nobody: bash would.
    var child = "until read -r name < /proc/$PPID/comm && [ $name = sleep ]; do :; done";
    var parent = "bash -c '" + child + "' & echo $!; exec sleep 300";
    var negligent = new ProcessBuilder("bash", "-c", parent).start();
    try (var out = negligent.inputReader()) {
      var zombie = out.readLine();
      await().until(() -> Files.readString(Path.of("/proc", zombie, "stat")).contains(") Z "));
      var lines = new ArrayList<>(left);
      lines.set(0, zombie);
      Files.write(lockFile(), lines);

      var second = launcher.postgres(new Ports().any());
      assertThat(second.isAlive()).isTrue();
      Postgres.stop(second.process());
    } finally {
      negligent.destroyForcibly();
    }
  }

  @Test
  void database_isMade_whenItsServiceIsNewToTheFolder(@TempDir Path checkout) throws Exception {
    var home = Home.of(Checkouts.ROOT, data).prepared();
    Postgres.stop(new Postgres(home, Secrets.in(home)).start(new Ports().any()).process());

    var grown =
        Home.of(
            Checkouts.withAnother(
                checkout,
                """
                  group-service:
                    port: 8099
                    management-port: 9099
                    database: group
                """),
            data);
    var secrets = Secrets.in(grown);
    var running = new Launcher(grown, secrets).postgres(new Ports().any());
    try {
      assertThat(enters(running, "group", "group", secrets)).isTrue();
      assertThat(enters(running, "orders", "orders", secrets)).isTrue();
      assertThat(enters(running, "orders", "group", secrets)).as("a role in another's").isFalse();
    } finally {
      Postgres.stop(running.process());
    }
  }

  @Test
  void rolesOfStatements_areMade_inAFolderOfTheVersionBefore() throws Exception {
    var home = Home.of(Checkouts.ROOT, data).prepared();
    var first = new Postgres(home, Secrets.in(home)).start(new Ports().any());
    var made = List.of("auth_runtime", "users_runtime", "orders_runtime");
    await().until(() -> Postgres.isReady(home, first));
    try (var connection = connect(first, "postgres", "postgres", Secrets.in(home));
        var statement = connection.createStatement()) {
      statement.execute("drop role " + String.join(", ", made));
    }
    Postgres.stop(first.process());
    forget(data.resolve("postgres/gatehouse.databases"), made);
    forget(data.resolve("secrets.properties"), made);

    var secrets = Secrets.in(home);
    var running = new Launcher(home, secrets).postgres(new Ports().any());
    try {
      assertThat(enters(running, "orders", "orders", secrets)).isTrue();
      // The service's migration lets it into the database.
      assertThat(enters(running, "postgres", "orders_runtime", secrets)).isTrue();
      assertThat(enters(running, "orders", "orders_runtime", secrets)).isFalse();
    } finally {
      Postgres.stop(running.process());
    }
  }

  private static void forget(Path file, List<String> names) throws IOException {
    var lines = new ArrayList<>(Files.readAllLines(file));
    assertThat(lines.removeIf(line -> names.contains(line.split("=", 2)[0]))).isTrue();
    Files.write(file, lines);
  }

  private static boolean enters(Running server, String database, String role, Secrets secrets) {
    try (var connection = connect(server, database, role, secrets)) {
      return connection.isValid(10);
    } catch (SQLException refused) {
      return false;
    }
  }

  private static Connection connect(Running server, String database, String role, Secrets secrets)
      throws SQLException {
    var url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(server.port(), database);
    return DriverManager.getConnection(url, role, secrets.password(role));
  }

  private Path lockFile() {
    return data.resolve("postgres").resolve("postmaster.pid");
  }
}
