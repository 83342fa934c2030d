package io.gatehouse.local;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program for Node, run with the machine's Node and npm, in {@code target}. Without them, or
 * without the packages' registry, the test is skipped and says so.
 */
final class NodeProject {
  private final Path work;

  private NodeProject(Path work) {
    this.work = work;
  }

  /** Copies the project in {@code src/test/node/<name>} and fetches its packages. */
  static NodeProject installed(String name) throws IOException, InterruptedException {
    return installed(Path.of("src", "test", "node", name));
  }

  /** Copies the project in this folder and fetches its packages. */
  static NodeProject installed(Path folder) throws IOException, InterruptedException {
    var name = folder.getFileName();
    var project = new NodeProject(Path.of("target", "node").resolve(name));
    Files.createDirectories(project.work);
    try (var files = Files.list(folder)) {
      for (var file : files.toList()) {
        Files.write(project.work.resolve(file.getFileName()), Files.readAllBytes(file));
      }
    }
    assumeTrue(project.run("node", "--version").status() == 0, "skipped: this machine has no Node");
    var installed =
        project.run(
            "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock");
    assumeTrue(installed.status() == 0, "skipped: npm could not fetch the packages of " + name);
    return project;
  }

  /** Where it is. */
  Path folder() {
    return work.toAbsolutePath();
  }

  /** Writes a file of the project. */
  void write(String name, String content) throws IOException {
    Files.writeString(work.resolve(name), content);
  }

  /** What came of a command: its exit code and all that it said. */
  record Outcome(int status, String output) {}

  /**
   * Starts what goes on until it is stopped.
   *
   * @param log where in the project's folder it writes what it says
   */
  Process start(Map<String, String> environment, String log, String... command) throws IOException {
    var builder = new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return builder.redirectOutput(work.resolve(log).toFile()).start();
  }

  /** Runs it in the project's folder, two minutes at most. */
  Outcome run(String... command) throws IOException, InterruptedException {
    var output = work.resolve("output.txt");
    try {
      var process =
          new ProcessBuilder(command)
              .directory(work.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        return new Outcome(-1, command[0] + " took more than two minutes");
      }
      return new Outcome(process.exitValue(), Files.readString(output));
    } catch (IOException absent) {
      return new Outcome(-1, absent.toString());
    }
  }
}
