package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One run of the command line, as the start script does it: as a process of its own. */
record CommandLineRun(int exitCode, String output) {
  private static final Path MODULE = Path.of("").toAbsolutePath();

  /** The checkout, whose modules are built. */
  static final Path ROOT = MODULE.resolve("../..").normalize();

  /**
   * Runs a command to its end.
   *
   * @param environment variables besides those of this process, of which Gatehouse's own are taken
   *     away
   */
  static CommandLineRun of(Map<String, String> environment, List<String> arguments) {
    try {
      var process = start(environment, arguments);
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
      return new CommandLineRun(process.exitValue(), output);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }

  /** Starts a command that stays in front. */
  static Process start(Map<String, String> environment, List<String> arguments) throws IOException {
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
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GATEHOUSE_"));
    builder.environment().put("GATEHOUSE_STARTUP_CACHES", "off");
    builder.environment().putAll(environment);
    return builder.start();
  }

  CommandLineRun succeeded() {
    assertThat(exitCode).as(output).isZero();
    return this;
  }
}
