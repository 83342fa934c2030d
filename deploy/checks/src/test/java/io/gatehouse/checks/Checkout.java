package io.gatehouse.checks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The files of the checkout, and the programs that may be on the machine. */
final class Checkout {
  static final Path ROOT =
      Path.of(Objects.requireNonNull(System.getProperty("gatehouse.root"), "gatehouse.root"))
          .toAbsolutePath()
          .normalize();

  private Checkout() {}

  static Path path(String relative) {
    return ROOT.resolve(relative);
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  static String read(String relative) {
    return read(path(relative));
  }

  /** Every document of a YAML file; a duplicate key is an error. */
  static List<Node> yaml(Path file) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(200);
    var documents = new ArrayList<Node>();
    for (var document : new Yaml(new SafeConstructor(options)).loadAll(read(file))) {
      if (document != null) {
        documents.add(new Node(document));
      }
    }
    return documents;
  }

  /**
   * Files below a folder whose path ends so, in a stable order; none when there is no such folder.
   */
  static List<Path> files(String folder, String ending) {
    if (!Files.isDirectory(path(folder))) {
      return List.of();
    }
    try (var found = Files.walk(path(folder))) {
      return found
          .filter(file -> file.toString().endsWith(ending) && Files.isRegularFile(file))
          .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
          .sorted()
          .toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What a program printed and how it ended. */
  record Outcome(int code, String output) {}

  /** Runs a program in the checkout's root, for at most three minutes. */
  static Outcome run(String... command) {
    try {
      var output = Files.createTempFile("gatehouse-check", ".out");
      try {
        var process =
            new ProcessBuilder(command)
                .directory(ROOT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
          process.destroyForcibly();
          throw new IllegalStateException(String.join(" ", command) + " took over three minutes");
        }
        return new Outcome(process.exitValue(), Files.readString(output));
      } finally {
        Files.delete(output);
      }
    } catch (IOException failed) {
      return new Outcome(127, failed.getMessage());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stopped);
    }
  }
}
