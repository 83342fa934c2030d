package io.gatehouse.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * This checkout as somebody has it who just cloned it: what Git knows or would add, and nothing
 * that was built or kept, committed in a repository of its own.
 */
final class CleanCopy {
  private final Path root;

  private CleanCopy(Path root) {
    this.root = root;
  }

  /**
   * Makes it; skips the calling test where this is no checkout of Git.
   *
   * @param folder empty; it becomes the copy's root
   */
  static CleanCopy in(Path folder) {
    var listed = run(CommandLineRun.ROOT, Duration.ofMinutes(1), Map.of(), "git", "ls-files");
    Assumptions.assumeTrue(listed.exitCode() == 0, "skipped: this is no checkout of Git");
    var copy = new CleanCopy(folder);
    copy.run(
        "bash",
        "-c",
        "(cd '%s' && git ls-files -z -co --exclude-standard | xargs -0 tar -c --ignore-failed-read) | tar -x"
            .formatted(CommandLineRun.ROOT));
    copy.run("git", "init", "--quiet");
    copy.run("git", "add", "--all");
    copy.run(
        "git",
        "-c",
        "user.name=drill",
        "-c",
        "user.email=drill@localhost",
        "commit",
        "--quiet",
        "--message=Copy");
    return copy;
  }

  /** Runs {@code ./gatehouse} there; it succeeds, or the test fails with what it said. */
  String gatehouse(String... arguments) {
    return run(
        Stream.concat(Stream.of("./gatehouse"), Arrays.stream(arguments)).toArray(String[]::new));
  }

  /** Runs a program there; it succeeds, or the test fails with what it said. */
  String run(String... command) {
    return run(Duration.ofMinutes(20), command);
  }

  /** As {@link #run(String...)}, for what takes long. */
  String run(Duration patience, String... command) {
    return run(root, patience, Map.of("GATEHOUSE_STARTUP_CACHES", "off"), command)
        .succeeded()
        .output();
  }

  /** What Git says has changed, a line per file; empty when nothing has. */
  List<String> changes() {
    return run("git", "status", "--porcelain").lines().toList();
  }

  Path file(String relative) {
    return root.resolve(relative);
  }

  String read(String relative) {
    try {
      return Files.readString(file(relative));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static CommandLineRun run(
      Path folder, Duration patience, Map<String, String> environment, String... command) {
    try {
      var output = Files.createTempFile("gatehouse-copy", ".out");
      try {
        var builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.redirectErrorStream(true).redirectOutput(output.toFile());
        // Not this build's: the copy's own build finds out for itself.
        builder
            .environment()
            .keySet()
            .removeIf(name -> name.startsWith("GATEHOUSE_") || name.startsWith("MAVEN_"));
        builder.environment().putAll(environment);
        var process = builder.start();
        var ended = process.waitFor(patience.toSeconds(), TimeUnit.SECONDS);
        if (!ended) {
          process.descendants().forEach(ProcessHandle::destroy);
          process.destroy();
        }
        assertThat(ended).as(String.join(" ", command) + " goes on after " + patience).isTrue();
        return new CommandLineRun(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
