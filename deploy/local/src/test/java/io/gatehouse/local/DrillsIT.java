package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every drill of docs/drills.md on one platform with one instance of each service, as it ships.
 * {@code ./mvnw -Pdrills,-after-the-services -pl deploy/local verify -Dit.test=DrillsIT}
 */
@Tag("drill")
class DrillsIT {
  private static RunningPlatform platform;

  @BeforeAll
  static void start() {
    platform = RunningPlatform.start(Path.of("target/drill"), Map.of());
  }

  @AfterAll
  static void stop() {
    platform.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "kill auth-server",
        "kill user-service",
        "kill order-service",
        "kill gateway",
        "kill postgresql",
        "hang auth-server",
        "hang user-service",
        "hang order-service",
        "hang gateway",
        "hang postgresql",
        "hang redis",
        "redis",
        "registry",
        "restart-all",
      })
  void drill_losesAndDoublesNothing_andServiceComesBack(String name) {
    var drill = platform.gatehouse(("drill " + name).split(" ")).succeeded();

    var last = drill.output().lines().toList().getLast();
    System.out.printf("./gatehouse drill %s: %s%n", name, last);
    assertThat(last).matches(FinalLine.CLEAN);
  }

  @Test
  void drillThatIsStopped_putsRightWhatItBroke() throws IOException {
    var drill = platform.start("drill", "hang", "order-service", "--hold", "300");
    var output = drill.inputReader();
    var lines = output.lines().takeWhile(line -> !line.startsWith("Breaking")).toList();
    assertThat(lines).isNotEmpty();
    var hung = platform.component("order-service").process();
    await().until(() -> isStopped(hung.pid()));

    drill.destroy();

    assertThat(output.lines().toList()).contains("Stopped: putting right what was broken");
    assertThat(isStopped(hung.pid())).isFalse();
  }

  private static boolean isStopped(long pid) throws IOException {
    return Files.readString(Path.of("/proc/%d/stat".formatted(pid))).contains(") T ");
  }

  @Test
  void platformOfAUrl_isWatched_whileSomebodyElseBreaksIt() throws IOException {
    var drill =
        CommandLineRun.start(
            Map.of(),
            List.of(
                "drill", "kill", "postgresql", "--url", platform.url().toString(), "--for", "30"));
    var output = drill.inputReader();
    assertThat(output.lines().takeWhile(line -> !line.startsWith("Breaking")).toList())
        .isNotEmpty();
    platform.kill("postgresql");
    platform.up();

    assertThat(output.lines().toList().getLast())
        .matches(FinalLine.CLEAN)
        .doesNotContain("refused 0,");
  }

  @Test
  void failoverWithoutAStandby_isRefused_beforeAnythingBreaks() {
    var drill = platform.gatehouse("drill", "failover");

    assertThat(drill.exitCode()).isEqualTo(1);
    assertThat(drill.output()).startsWith("failover needs a standby of PostgreSQL");
    assertThat(drill.output().lines()).hasSize(1);
  }
}
