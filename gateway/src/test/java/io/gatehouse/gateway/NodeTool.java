package io.gatehouse.gateway;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A check that others wrote for Node, in {@code src/test/node/<name>}: run with the machine's Node
 * and npm, in {@code target}. Without them, or without the registry, the test is skipped and says
 * so.
 */
public final class NodeTool {
  private final Path directory;

  private NodeTool(Path directory) {
    this.directory = directory;
  }

  /** Copies the tool and fetches its packages. */
  public static NodeTool installed(String name, long minutes) throws Exception {
    var directory = Path.of("target", "node", name);
    Files.createDirectories(directory);
    try (var files = Files.list(Path.of("src", "test", "node", name))) {
      for (var file : files.toList()) {
        Files.write(directory.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    var tool = new NodeTool(directory);
    assumeTrue(tool.works("node", "--version"), "skipped: this machine has no Node");
    assumeTrue(
        tool.works("npm", "ls") || tool.installs(minutes),
        "skipped: npm could not fetch the packages of src/test/node/" + name);
    return tool;
  }

  public Path directory() {
    return directory;
  }

  /** What came of a command: its exit code and all that it said. */
  public record Outcome(int status, List<String> lines) {}

  public Outcome run(long minutes, String... command) throws IOException, InterruptedException {
    var output = directory.resolve("output.txt");
    var process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IllegalStateException(command[0] + " took more than " + minutes + " minutes");
    }
    return new Outcome(process.exitValue(), Files.readAllLines(output));
  }

  private boolean installs(long minutes) throws InterruptedException {
    return works(
        minutes,
        "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--no-package-lock");
  }

  private boolean works(String... command) throws InterruptedException {
    return works(1, command);
  }

  private boolean works(long minutes, String... command) throws InterruptedException {
    try {
      return run(minutes, command).status() == 0;
    } catch (IOException | IllegalStateException absentOrStuck) {
      return false;
    }
  }
}
