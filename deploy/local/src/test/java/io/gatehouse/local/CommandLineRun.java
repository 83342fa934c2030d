package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the command line as the start script does: as a process of its own. */
final class CommandLineRun {
  private static final Path MODULE = Path.of("").toAbsolutePath();
  private static final Path ROOT = MODULE.resolve("../..").normalize();

  private final Home home;
  private final int port = freePort();

  CommandLineRun(Path data) {
    this.home = Home.of(ROOT, data);
  }

  record Result(int exitCode, String output) {
    Result succeeded() {
      assertThat(exitCode).as(output).isZero();
      return this;
    }
  }

  int port() {
    return port;
  }

  Result run(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xshare:auto",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dgatehouse.root=" + ROOT,
                "-cp",
                MODULE.resolve("target/classes") + ":" + MODULE.resolve("target/lib/*"),
                "io.gatehouse.local.Gatehouse"));
    command.addAll(List.of(arguments));
    if (!List.of("check", "token").contains(arguments[0])) {
      command.addAll(List.of("--data", home.data().toString()));
    } else {
      command.addAll(List.of("--url", "http://localhost:" + port));
    }
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("GATEHOUSE_STARTUP_CACHES", "off", "GATEHOUSE_DRAIN", "1s"));
    builder.environment().remove("GATEHOUSE_PUBLIC_URL");
    try {
      var process = builder.start();
      var output =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
      return new Result(process.exitValue(), output);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** As a crash would. */
  void kill(String name) {
    var victim =
        Running.in(home).stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    assertThat(victim.isAlive()).isTrue();
    victim.process().signal("KILL");
    org.awaitility.Awaitility.await().until(() -> !victim.isAlive());
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
