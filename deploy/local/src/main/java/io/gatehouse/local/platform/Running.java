package io.gatehouse.local.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A component that was started and not stopped since: it runs, or it died.
 *
 * @param name {@code postgresql}, {@code order-service}, {@code order-service-2} …
 * @param component what it is an instance of
 * @param port where it listens
 * @param managementPort where its probes and metrics are; 0 when it has none
 * @param folder what it was started from; empty when that never changes
 */
public record Running(
    String name, String component, OsProcess process, int port, int managementPort, String folder) {

  public boolean isAlive() {
    return process.isAlive();
  }

  /** All that are known in this data folder, dead ones too, in the order they are shown. */
  public static List<Running> in(Home home) {
    if (!Files.isDirectory(home.run())) {
      return List.of();
    }
    try (var files = Files.newDirectoryStream(home.run(), "*.instance")) {
      var found = new ArrayList<Running>();
      for (var file : files) {
        read(file).ifPresent(found::add);
      }
      var order =
          Stream.concat(Stream.of(Postgres.NAME, Redis.NAME, Kafka.NAME), Services.of(home).names())
              .toList();
      found.sort(
          Comparator.comparingInt((Running one) -> order.indexOf(one.component()))
              .thenComparing(Running::name));
      return found;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  static Optional<Running> named(Home home, String name) {
    return read(file(home, name));
  }

  void save(Home home) {
    var values = new Properties();
    values.setProperty("name", name);
    values.setProperty("component", component);
    values.setProperty("pid", String.valueOf(process.pid()));
    values.setProperty("startedAt", process.startedAt().toString());
    values.setProperty("port", String.valueOf(port));
    values.setProperty("managementPort", String.valueOf(managementPort));
    values.setProperty("folder", folder);
    try {
      var draft = Files.createTempFile(home.run(), ".draft", "");
      try (var out = Files.newBufferedWriter(draft, StandardCharsets.UTF_8)) {
        values.store(out, null);
      }
      Files.move(
          draft,
          file(home, name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  void forget(Home home) {
    try {
      Files.deleteIfExists(file(home, name));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static Path file(Home home, String name) {
    return home.run().resolve(name + ".instance");
  }

  /** A file that cannot be read is as good as none: its process is then found by its port. */
  private static Optional<Running> read(Path file) {
    var values = new Properties();
    try (var in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      values.load(in);
      return Optional.of(
          new Running(
              values.getProperty("name"),
              values.getProperty("component"),
              new OsProcess(
                  Long.parseLong(values.getProperty("pid")),
                  Instant.parse(values.getProperty("startedAt"))),
              Integer.parseInt(values.getProperty("port")),
              Integer.parseInt(values.getProperty("managementPort")),
              values.getProperty("folder", "")));
    } catch (IOException | RuntimeException unreadable) {
      return Optional.empty();
    }
  }
}
