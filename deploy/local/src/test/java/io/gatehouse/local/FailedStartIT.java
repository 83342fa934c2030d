package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.OsProcess;
import io.gatehouse.local.platform.Running;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A start that cannot succeed: one sentence, a non-zero exit, and nothing left running. */
class FailedStartIT {
  @TempDir Path data;
  private Home home;
  private int port;

  @BeforeEach
  void prepare() throws Exception {
    home = Home.of(CommandLineRun.ROOT, data);
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
  }

  @Test
  void up_isRefused_whenThePortIsInUse() throws Exception {
    try (var _ = new ServerSocket(port)) {
      var up = up(Map.of());
      assertThat(up.exitCode()).isEqualTo(1);
      assertThat(up.output()).containsOnlyOnce("Port " + port + " is in use by another program");
    }
    assertNothingRuns();
  }

  @ParameterizedTest
  @CsvSource({
    "up --scale gateway=2, gateway runs once on one machine",
    "up --scale nobody=2, There is no service \"nobody\"",
    "up --port 70000, --port takes 1 to 65535",
    "restart nobody, There is no service \"nobody\"",
    "restart gateway, Gatehouse is not running",
    "logs nobody, There is no log of \"nobody\"",
  })
  void command_isRefused_inOneSentence_whenItCannotBeMeant(String command, String sentence) {
    var run = run(Map.of(), List.of(command.split(" ")));
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.output().strip()).startsWith(sentence).hasLineCount(1);
  }

  @Test
  void up_isRefused_whenThePublicUrlIsNone() {
    var up = up(Map.of("GATEHOUSE_PUBLIC_URL", "shop"));
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output().strip())
        .startsWith("GATEHOUSE_PUBLIC_URL takes a URL such as https://shop.example.com, not shop")
        .hasLineCount(1);
  }

  @Test
  void damagedDataFolder_stopsTheStart_withTheServersOwnWords() throws Exception {
    try (var _ = new ServerSocket(port)) {
      up(Map.of()); // Makes the secrets and starts nothing.
    }
    var ownerOnly = PosixFilePermissions.fromString("rwx------");
    var cluster =
        Files.createDirectory(
            data.resolve("postgres"), PosixFilePermissions.asFileAttribute(ownerOnly));
    Files.writeString(cluster.resolve("PG_VERSION"), "18\n");
    Files.write(cluster.resolve("gatehouse.databases"), List.of("auth", "users", "orders"));

    var up = up(Map.of());
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output())
        .contains("PostgreSQL ended before it was ready", data.toString(), "postgresql.conf");
    assertNothingRuns();
  }

  @Test
  void serviceThatDies_stopsTheStart_withItsLastLines_whichNameTheKey() {
    var up = up(Map.of("GATEHOUSE_LIMITS_USER_RATE", "many"));
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output())
        .contains("gateway ended before it was ready; everything started with it was stopped.")
        .contains("gatehouse.limits.user.rate");
    assertNothingRuns();
  }

  @Test
  void interruptedStart_leavesNothing() throws Exception {
    var up = CommandLineRun.start(Map.of(), command());
    try {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> Running.in(home).stream().anyMatch(one -> one.name().equals("gateway")));
      var started = Running.in(home).stream().map(Running::process).toList();
      assertThat(started).hasSizeGreaterThan(1).allMatch(OsProcess::isAlive);

      up.destroy(); // Like Ctrl-C, which a process started in the background may not hear.
      assertThat(up.waitFor(1, TimeUnit.MINUTES)).isTrue();

      assertThat(started).noneMatch(OsProcess::isAlive);
      assertNothingRuns();
    } finally {
      up.destroyForcibly();
    }
  }

  private void assertNothingRuns() {
    assertThat(Running.in(home)).isEmpty();
  }

  private List<String> command() {
    return List.of("up", "--port", String.valueOf(port), "--data", data.toString());
  }

  private CommandLineRun up(Map<String, String> environment) {
    var command = new ArrayList<>(command());
    command.add("--detach");
    return CommandLineRun.of(environment, command);
  }

  private CommandLineRun run(Map<String, String> environment, List<String> command) {
    var arguments = new ArrayList<>(command);
    arguments.addAll(List.of("--data", data.toString()));
    return CommandLineRun.of(environment, arguments);
  }
}
