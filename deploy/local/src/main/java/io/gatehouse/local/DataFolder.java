package io.gatehouse.local;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Home;
import io.gatehouse.local.platform.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where the data is, and how a platform started elsewhere is found. */
final class DataFolder {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "the data folder (default: .gatehouse, or where up was last told to keep it)")
  private @Nullable Path data;

  /** Where {@code up} starts the platform. */
  Home toStart() {
    var home = given(data == null ? standard() : data);
    try {
      Files.createDirectories(standard());
      if (data == null) {
        Files.deleteIfExists(note());
      } else {
        Files.writeString(note(), home.data().toString());
      }
    } catch (IOException failed) {
      throw new Failure("Cannot write " + standard() + ": " + failed.getMessage(), failed);
    }
    return home;
  }

  /** Where the platform runs. */
  Home running() {
    if (data != null) {
      return given(data);
    }
    var home = given(standard());
    if (Running.in(home).isEmpty() && Files.isRegularFile(note())) {
      try {
        return given(Path.of(Files.readString(note()).strip()));
      } catch (IOException unreadable) {
        return home;
      }
    }
    return home;
  }

  private static Home given(Path data) {
    return Home.of(root(), data);
  }

  private static Path root() {
    return Path.of(System.getProperty("gatehouse.root", "."));
  }

  private static Path standard() {
    return root().resolve(".gatehouse");
  }

  private static Path note() {
    return standard().resolve("elsewhere");
  }
}
