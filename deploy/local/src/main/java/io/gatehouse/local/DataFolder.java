package io.gatehouse.local;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the data is, and how a platform started elsewhere is found. */
final class DataFolder {
  private static final int REMEMBERED = 8;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "the data folder (default: .gatehouse, or where up was last told to keep it)")
  private @Nullable Path data;

  /** Where {@code up} starts the platform. */
  Home toStart() {
    return home(data == null ? standard() : data);
  }

  /**
   * Notes where a platform is about to start, for later commands. A start that fails needs no undo:
   * they look for what runs.
   */
  void note(Home home) {
    var folders =
        Stream.concat(Stream.of(home.data()), noted().stream())
            .distinct()
            .limit(REMEMBERED)
            .map(Path::toString)
            .toList();
    try {
      Files.createDirectories(standard());
      Files.write(file(), folders);
    } catch (IOException failed) {
      throw new Failure("Cannot write " + file() + ": " + Failure.reason(failed), failed);
    }
  }

  /**
   * Where the platform runs: the folder given; else the newest with something alive in it, else the
   * newest with something that died, else the newest.
   */
  Home running() {
    if (data != null) {
      return home(data);
    }
    var known = known();
    return first(known, home -> Running.in(home).stream().anyMatch(Running::isAlive))
        .orElseGet(
            () -> first(known, home -> !Running.in(home).isEmpty()).orElseGet(known::getFirst));
  }

  private static List<Home> known() {
    return Stream.concat(noted().stream(), Stream.of(standard()))
        .distinct()
        .map(DataFolder::home)
        .toList();
  }

  /** Refuses a port that the platform of another folder has, and names that folder. */
  void checkNeighbour(Home home, int port) {
    known().stream()
        .filter(other -> !other.data().equals(home.data()))
        .filter(
            other ->
                Running.in(other).stream().anyMatch(one -> one.isAlive() && one.port() == port))
        .findFirst()
        .ifPresent(
            other -> {
              throw new Failure(
                  "Port %d is in use by the Gatehouse that runs from %s: stop it with ./gatehouse down, or choose another port with --port."
                      .formatted(port, other.data()));
            });
  }

  private static Optional<Home> first(List<Home> among, Predicate<Home> wanted) {
    return among.stream().filter(wanted).findFirst();
  }

  private static List<Path> noted() {
    try {
      return Files.isRegularFile(file())
          ? Files.readAllLines(file()).stream()
              .filter(line -> !line.isBlank())
              .map(Path::of)
              .toList()
          : List.of();
    } catch (IOException | InvalidPathException unreadable) {
      return List.of();
    }
  }

  private static Home home(Path data) {
    return Home.of(root(), data);
  }

  /** The checkout. */
  static Path root() {
    return Path.of(System.getProperty("gatehouse.root", "."));
  }

  private static Path standard() {
    return root().toAbsolutePath().normalize().resolve(".gatehouse");
  }

  private static Path file() {
    return standard().resolve("elsewhere");
  }
}
