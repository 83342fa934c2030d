package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.OsProcess;
import io.gatehouse.local.platform.Running;
import io.gatehouse.local.platform.Services;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
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
    "up --scale nobody=0, There is no service \"nobody\"",
    "up --scale user-service=0, --scale takes 1 to 9 instances",
    "up --scale user-service=x, Invalid value for option '--scale' (SERVICE=N): 'x' is not a number",
    "up --scale user-service, Value for option '--scale' (SERVICE=N) should be in KEY=VALUE format",
    "up --with rabbits, '--with takes kafka, not rabbits'",
    "up --port 0, --port takes 1 to 65535",
    "up --port 70000, --port takes 1 to 65535",
    "up --port many, Invalid value for option '--port': 'many' is not a number",
    "up --nonsense, Unknown option: '--nonsense'",
    "restart nobody, There is no service \"nobody\"",
    "restart, Missing required parameter: 'SERVICE'",
    "logs -n -5 gateway, --lines takes a number of lines",
    "logs --lines many gateway, --lines takes a number of lines",
    "check --url nonsense, --url takes a URL such as https://shop.example.com",
    "token --url http://shop:70000, --url takes a URL such as https://shop.example.com",
    "nonsense, There is no command \"nonsense\"; there are ",
  })
  void command_isRefused_inOneSentence_whenItCannotBeMeant(String command, String sentence) {
    var run = run(Map.of(), List.of(command.split(" ")));
    assertThat(run.exitCode()).as(run.output()).isEqualTo(2);
    assertThat(run.output().strip()).startsWith(sentence).hasLineCount(1);
    assertThat(data).isEmptyDirectory();
  }

  @ParameterizedTest
  @CsvSource({
    "status, Gatehouse is not running",
    "restart gateway, Gatehouse is not running",
    "logs nobody, There is no log of \"nobody\"",
    "token --url http://localhost:1, GET http://localhost:1/.well-known/oauth-authorization-server got no answer",
  })
  void command_fails_inOneSentence_whenNothingRuns(String command, String sentence) {
    var run = run(Map.of(), List.of(command.split(" ")));
    assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
    assertThat(run.output().strip()).startsWith(sentence).hasLineCount(1);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void down_isContent_whenNothingRuns() {
    var down = run(Map.of(), List.of("down")).succeeded();
    assertThat(down.output().strip()).isEqualTo("Gatehouse is not running.");
  }

  @Test
  void up_isRefused_whenTheDataFolderIsAFile() throws Exception {
    var file = Files.createFile(data.resolve("file"));
    var up = CommandLineRun.of(Map.of(), List.of("up", "--detach", "--data", file.toString()));
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output().strip())
        .startsWith("The data folder " + file + " cannot be used: ")
        .doesNotContain("Exception")
        .hasLineCount(1);
  }

  @Test
  void check_tellsWhatItDidNotTry_apartFromWhatFailed() {
    var check = CommandLineRun.of(Map.of(), List.of("check", "--url", "http://localhost:1"));
    assertThat(check.exitCode()).isEqualTo(1);
    assertThat(check.output())
        .contains("FAIL  sign-up: POST http://localhost:1/api/users got no answer")
        .contains("skip  own profile: not tried, because a step before failed")
        .endsWith("4 steps failed, 8 not tried.\n");
  }

  @ParameterizedTest
  @CsvSource({
    "GATEHOUSE_PUBLIC_URL, shop, 'GATEHOUSE_PUBLIC_URL takes a URL such as https://shop.example.com, not shop'",
    "GATEHOUSE_DEMO, maybe, 'GATEHOUSE_DEMO takes true or false, not maybe'",
    "GATEHOUSE_START_TIMEOUT, soon, 'GATEHOUSE_START_TIMEOUT takes seconds, not soon'",
    "SERVER_ADDRESS, everywhere, SERVER_ADDRESS takes 127.0.0.1 (this machine only) or 0.0.0.0",
  })
  void up_isRefused_whenAVariableCannotBeMeant(String name, String value, String sentence) {
    var up = up(Map.of(name, value));
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output().strip()).startsWith(sentence).hasLineCount(1);
    assertNothingRuns();
  }

  @Test
  void secondCommand_isRefused_whileOneStarts() throws Exception {
    var up = CommandLineRun.start(Map.of(), command());
    try {
      await().atMost(Duration.ofMinutes(1)).until(() -> !Running.in(home).isEmpty());
      for (var command : List.of(up(Map.of()), run(Map.of(), List.of("down")))) {
        assertThat(command.exitCode()).isEqualTo(1);
        assertThat(command.output().strip())
            .startsWith("Another gatehouse command is starting or stopping things")
            .hasLineCount(1);
      }
      assertThat(Running.in(home)).isNotEmpty();
    } finally {
      up.destroy();
      assertThat(up.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
    assertNothingRuns();
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
    Files.write(
        cluster.resolve("gatehouse.databases"),
        Services.read(CommandLineRun.ROOT).all().stream()
            .flatMap(service -> service.database().stream())
            .flatMap(name -> Stream.of(name, name + "_runtime"))
            .toList());

    var up = up(Map.of());
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.output())
        .contains("PostgreSQL ended before it was ready", data.toString(), "postgresql.conf");
    assertNothingRuns();
  }

  @Test
  void serviceThatDies_stopsTheStart_withItsLastLines_whichNameTheKey() {
    var up = up(Map.of("GATEHOUSE_LIMITS_USER_RATE", "many", "GATEHOUSE_DRAIN", "1s"));
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
