package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
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

  private static boolean enters(Running server, String database, String role, Secrets secrets) {
    var url = "jdbc:postgresql://127.0.0.1:%d/%s".formatted(server.port(), database);
    try (var connection = DriverManager.getConnection(url, role, secrets.password(role))) {
      return connection.isValid(10);
    } catch (SQLException refused) {
      return false;
    }
  }

  private Path lockFile() {
    return data.resolve("postgres").resolve("postmaster.pid");
  }
}
