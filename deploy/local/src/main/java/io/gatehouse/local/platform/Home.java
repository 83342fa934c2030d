package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Where things lie.
 *
 * @param root the checkout
 * @param data what survives restarts: databases, secrets, logs, and which process is which
 */
public record Home(Path root, Path data) {
  private static final Pattern FRAME = Pattern.compile("^\\s+(at |\\.\\.\\. \\d+ )");

  /** The default data folder, {@code .gatehouse} in the checkout, unless another is given. */
  public static Home of(Path root, Path data) {
    return new Home(root.toAbsolutePath().normalize(), data.toAbsolutePath().normalize());
  }

  public Path run() {
    return data.resolve("run");
  }

  public Path logs() {
    return data.resolve("logs");
  }

  public Path log(String component) {
    return logs().resolve(component + ".log");
  }

  /** What instances throw away; each has a folder of its own, named after its port. */
  Path temporary() {
    return data.resolve("tmp");
  }

  /**
   * What can be made again: binaries, unpacked services, start-up caches. Shared by data folders.
   */
  public Path cache() {
    return root.resolve(".gatehouse").resolve("cache");
  }

  Home prepared() {
    try {
      Files.createDirectories(run());
      Files.createDirectories(logs());
      Files.createDirectories(cache());
      return this;
    } catch (IOException failed) {
      throw new Failure(
          "The data folder " + data + " cannot be used: " + Failure.reason(failed) + ".", failed);
    }
  }

  /** The end of a component's log, stack frames left out; empty when there is none. */
  public String lastLines(String component, int lines) {
    var log = log(component);
    if (!Files.isRegularFile(log)) {
      return "";
    }
    try {
      var all =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .filter(line -> !FRAME.matcher(line).find())
              .toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
