package io.gatehouse.local;

import io.gatehouse.local.platform.Failure;
import io.gatehouse.local.platform.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(name = "logs", description = "Prints a component's log.")
final class LogsCommand implements Callable<Integer> {
  private static final int ALL = -1;

  @Mixin private final DataFolder folder = new DataFolder();

  @Parameters(paramLabel = "SERVICE", description = "for example order-service, or postgresql")
  private String component = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on with what is added")
  private boolean follow;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      converter = Count.class,
      description = "the last N lines (default: all)")
  private int lines = ALL;

  @Override
  public Integer call() throws IOException, InterruptedException {
    var home = folder.running();
    var log = home.log(component);
    if (!component.matches("[a-z0-9-]+") || !Files.isRegularFile(log)) {
      throw new Failure(
          "There is no log of \"%s\"; there are: %s.".formatted(component, known(home)));
    }
    // The system's own tail prints, follows, and starts again at the top of a new file.
    var count = lines == ALL ? "+1" : String.valueOf(lines);
    var tail = new ProcessBuilder("tail", "-n", count, follow ? "-F" : "--", log.toString());
    return tail.inheritIO().start().waitFor();
  }

  /** Takes 0 and more. */
  static final class Count implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String given) {
      try {
        return Integer.parseUnsignedInt(given);
      } catch (NumberFormatException malformed) {
        throw new TypeConversionException("--lines takes a number of lines, not " + given);
      }
    }
  }

  private static String known(Home home) throws IOException {
    if (!Files.isDirectory(home.logs())) {
      return "none yet";
    }
    try (var files = Files.list(home.logs())) {
      return files
          .map(Path::getFileName)
          .map(Path::toString)
          .filter(name -> name.endsWith(".log"))
          .map(name -> name.substring(0, name.length() - 4))
          .sorted()
          .collect(java.util.stream.Collectors.joining(", "));
    }
  }
}
