package io.gatehouse.local.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PostgresTest {
  private static final Path ROOT = Path.of("").toAbsolutePath().resolve("../..").normalize();

  @TempDir Path data;

  /** In a container whose first process reaps nobody, a killed server stays a zombie for ever. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void server_starts_whenTheKilledOneWasNeverReaped() throws Exception {
    var home = Home.of(ROOT, data).prepared();
    var launcher = new Launcher(home, Secrets.in(home));
    var first = launcher.postgres(new Ports().any());
    var left = Files.readAllLines(lockFile());
    Postgres.stop(first.process());

    var negligent = new ProcessBuilder("bash", "-c", "sleep 0 & echo $!; exec sleep 300").start();
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

  private Path lockFile() {
    return data.resolve("postgres").resolve("postmaster.pid");
  }
}
